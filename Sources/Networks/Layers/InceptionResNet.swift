extension [Layer] {
  /// facenet's Inception-ResNet-v1: 23,467,824 parameters for an embedding of 512, images of 160 x 160 x 3.
  ///
  /// Stem, 5 blocks A (scale 0.17), reduction A, 10 blocks B (scale 0.10), reduction B, 5 blocks C (scale 0.20) and one
  /// more without ReLU (scale 1), mean over the image, dropout, and a dense layer with batch norm, whose output is the
  /// embedding. All sizes from 75 x 75 up fit.
  ///
  /// Source: Szegedy et al., AAAI 2017, figures 9 to 15, with the widths and choices of facenet's
  /// `inception_resnet_v1.py`: batch norm without scale, dropout before the last layer.
  ///
  /// - Parameter keep: The share of the pooled features that dropout keeps in training.
  public static func inceptionResNetV1(embedding: Int = 512, keep: Double = 0.4) -> [Layer] {
    var layers: [Layer] = [.named("stem", stemV1)]
    for number in 1...5 { layers += InceptionResNet.blockA("A\(number)", width: 256, branch: 32) }
    layers.append(InceptionResNet.reductionA(direct: 384, inner: 192, outer: 256))
    for number in 1...10 { layers += InceptionResNet.blockB("B\(number)", width: 896, branch: 128) }
    layers.append(InceptionResNet.reductionB(inner: 256, first: 384, outer: 256))
    for number in 1...5 { layers += InceptionResNet.blockC("C\(number)", width: 1792, branch: 192) }
    layers += InceptionResNet.blockC("C6", width: 1792, branch: 192, scale: 1, hasReLU: false)
    return layers + InceptionResNet.head(embedding: embedding, keep: keep)
  }

  /// A small sibling of Inception-ResNet-v1 for images from 32 x 32 x 3 up: the same blocks, fewer and narrower.
  ///
  /// A stem of two convolutions that halves the image, 2 blocks A, reduction A, 3 blocks B, reduction B, 2 blocks C of
  /// which the last has no ReLU, and the same head. With the default width it has about half a million parameters and
  /// takes about 50 MFLOP forward for an image of 32 x 32; twice the side takes about four times as many.
  ///
  /// - Parameters:
  ///   - width: The channels of block A's branches, at least 2; all others are multiples of it.
  ///   - embedding: The number of features.
  ///   - keep: The share of the pooled features that dropout keeps in training.
  public static func smallInceptionResNet(width: Int = 16, embedding: Int = 128, keep: Double = 1) -> [Layer]
  {
    let (widthB, widthC) = (10 * width, 20 * width)
    let stem = [
      InceptionResNet.unit("conv1 3x3", width, 3, 3),
      InceptionResNet.unit("conv2 3x3/2", 2 * width, 3, 3, stride: 2),
      InceptionResNet.unit("conv3 3x3", 4 * width, 3, 3),
    ]
    var layers: [Layer] = [.named("stem", stem)]
    for number in 1...2 { layers += InceptionResNet.blockA("A\(number)", width: 4 * width, branch: width) }
    layers.append(InceptionResNet.reductionA(direct: 3 * width, inner: 2 * width, outer: 3 * width))
    for number in 1...3 { layers += InceptionResNet.blockB("B\(number)", width: widthB, branch: 2 * width) }
    layers.append(InceptionResNet.reductionB(inner: 3 * width, first: 4 * width, outer: 3 * width))
    layers += InceptionResNet.blockC("C1", width: widthC, branch: 3 * width)
    layers += InceptionResNet.blockC("C2", width: widthC, branch: 3 * width, scale: 1, hasReLU: false)
    return layers + InceptionResNet.head(embedding: embedding, keep: keep)
  }

  private static var stemV1: [Layer] {
    [
      InceptionResNet.unit("conv1 3x3/2 valid", 32, 3, 3, stride: 2, padding: .valid),
      InceptionResNet.unit("conv2 3x3 valid", 32, 3, 3, padding: .valid),
      InceptionResNet.unit("conv3 3x3", 64, 3, 3),
      .maxPool(3, stride: 2),
      InceptionResNet.unit("conv4 1x1 valid", 80, 1, 1, padding: .valid),
      InceptionResNet.unit("conv5 3x3 valid", 192, 3, 3, padding: .valid),
      InceptionResNet.unit("conv6 3x3/2 valid", 256, 3, 3, stride: 2, padding: .valid),
    ]
  }
}

/// The building blocks of Inception-ResNets.
///
/// Source: Szegedy et al., AAAI 2017, figures 9 to 15.
public enum InceptionResNet {
  /// A convolution without bias, batch norm and ReLU.
  public static func unit(
    _ name: String,
    _ channels: Int,
    _ height: Int,
    _ width: Int,
    stride: Int = 1,
    padding: Layer.Padding = .same
  ) -> Layer {
    .named(
      name,
      [
        .convolution(channels, height: height, width: width, stride: stride, padding: padding, bias: false),
        .batchNorm(),
        .relu,
      ]
    )
  }

  /// Block A: branches of a 1x1, a 1x1 and one 3x3, a 1x1 and two 3x3.
  public static func blockA(_ name: String, width: Int, branch: Int, scale: Double = 0.17) -> [Layer] {
    block(
      name,
      width: width,
      scale: scale,
      [
        [unit("1x1", branch, 1, 1)],
        [unit("1x1", branch, 1, 1), unit("3x3", branch, 3, 3)],
        [unit("1x1", branch, 1, 1), unit("3x3a", branch, 3, 3), unit("3x3b", branch, 3, 3)],
      ]
    )
  }

  /// Block B: branches of a 1x1, and a 1x1 with a 7x7 factorised into 1x7 and 7x1.
  public static func blockB(_ name: String, width: Int, branch: Int, scale: Double = 0.10) -> [Layer] {
    block(
      name,
      width: width,
      scale: scale,
      [
        [unit("1x1", branch, 1, 1)],
        [unit("1x1", branch, 1, 1), unit("1x7", branch, 1, 7), unit("7x1", branch, 7, 1)],
      ]
    )
  }

  /// Block C: branches of a 1x1, and a 1x1 with a 3x3 factorised into 1x3 and 3x1.
  public static func blockC(
    _ name: String,
    width: Int,
    branch: Int,
    scale: Double = 0.20,
    hasReLU: Bool = true
  ) -> [Layer] {
    block(
      name,
      width: width,
      scale: scale,
      hasReLU: hasReLU,
      [
        [unit("1x1", branch, 1, 1)],
        [unit("1x1", branch, 1, 1), unit("1x3", branch, 1, 3), unit("3x1", branch, 3, 1)],
      ]
    )
  }

  /// Reduction A: halves the image; a 3x3, three convolutions and a maximum, side by side.
  public static func reductionA(direct: Int, inner: Int, outer: Int) -> Layer {
    reduction(
      "reductionA",
      [
        [unit("3x3/2", direct, 3, 3, stride: 2, padding: .valid)],
        [
          unit("1x1", inner, 1, 1), unit("3x3", inner, 3, 3),
          unit("3x3/2", outer, 3, 3, stride: 2, padding: .valid),
        ],
      ]
    )
  }

  /// Reduction B: halves the image; three branches of convolutions and a maximum, side by side.
  public static func reductionB(inner: Int, first: Int, outer: Int) -> Layer {
    reduction(
      "reductionB",
      [
        [unit("1x1", inner, 1, 1), unit("3x3/2", first, 3, 3, stride: 2, padding: .valid)],
        [unit("1x1", inner, 1, 1), unit("3x3/2", outer, 3, 3, stride: 2, padding: .valid)],
        [
          unit("1x1", inner, 1, 1), unit("3x3", inner, 3, 3),
          unit("3x3/2", outer, 3, 3, stride: 2, padding: .valid),
        ],
      ]
    )
  }

  /// The mean over the image, dropout, and a dense layer with batch norm: the embedding.
  public static func head(embedding: Int, keep: Double) -> [Layer] {
    [.globalAveragePool] + (keep < 1 ? [.dropout(keep: keep)] : [])
      + [.named("bottleneck", [.dense(embedding, bias: false), .batchNorm()])]
  }

  /// Returns a residual block `x + scale·up(branches)`, where up is a 1x1 convolution with bias to the block's width.
  private static func block(
    _ name: String,
    width: Int,
    scale: Double,
    hasReLU: Bool = true,
    _ branches: [[Layer]]
  ) -> [Layer] {
    let body: [Layer] = [.parallel(numbered(branches)), .named("up", [.convolution(width, kernel: 1)])]
    let sum = Layer.residual(scale: scale, body)
    return [.named(name, hasReLU ? [sum, .relu] : [sum])]
  }

  private static func reduction(_ name: String, _ branches: [[Layer]]) -> Layer {
    .named(name, [.parallel(numbered(branches) + [[.maxPool(3, stride: 2)]])])
  }

  private static func numbered(_ branches: [[Layer]]) -> [[Layer]] {
    branches.enumerated().map { [.named("branch\($0)", $1)] }
  }
}
