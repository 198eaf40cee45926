/// The shape of an activation without the batch axis.
struct ImageShape: Hashable {
  var height: Int
  var width: Int
  var channels: Int

  var count: Int { height * width * channels }
  var isVector: Bool { height == 1 && width == 1 }
}

extension Layer {
  /// Returns the output shape of a list of layers.
  ///
  /// - Throws: `NetworkError.layer` for the first layer that does not fit its input.
  static func shape(after layers: [Layer], _ input: ImageShape, place: String) throws(NetworkError)
    -> ImageShape
  {
    var shape = input
    for (position, layer) in layers.enumerated() {
      let here =
        place.isEmpty ? "\(position + 1) (\(layer.kind))" : "\(place)/\(position + 1) (\(layer.kind))"
      shape = try layer.shape(after: shape, place: here)
    }
    return shape
  }

  private func shape(after input: ImageShape, place: String) throws(NetworkError) -> ImageShape {
    func check(_ holds: Bool, _ problem: @autoclosure () -> String) throws(NetworkError) {
      if !holds { throw .layer(place: place, problem: problem()) }
    }
    switch self {
    case .dense(let units, _):
      try check(units > 0, "\(units) units; at least 1 is needed")
      return ImageShape(height: 1, width: 1, channels: units)
    case .convolution(let channels, let height, let width, let stride, let padding, _):
      try check(channels > 0, "\(channels) channels; at least 1 is needed")
      let kernel = (height, width)
      return try Window.output(
        of: input,
        kernel: kernel,
        stride: stride,
        padding,
        channels: channels,
        place: place
      )
    case .maxPool(let size, let stride):
      let kernel = (size, size)
      return try Window.output(
        of: input,
        kernel: kernel,
        stride: stride,
        .valid,
        channels: input.channels,
        place: place
      )
    case .globalAveragePool:
      return ImageShape(height: 1, width: 1, channels: input.channels)
    case .batchNorm(let epsilon, let decay):
      try check(epsilon > 0, "epsilon is \(epsilon); it must be above 0")
      try check((0...1).contains(decay), "decay is \(decay); it must lie in 0...1")
      return input
    case .dropout(let keep):
      try check(keep > 0 && keep <= 1, "keep is \(keep); it must be above 0 and at most 1")
      return input
    case .relu:
      return input
    case .residual(_, let layers):
      try check(!layers.isEmpty, "no layers to add to the input")
      let output = try Layer.shape(after: layers, input, place: place)
      try check(output == input, "the layers make \(output.words) of \(input.words); a sum needs the same")
      return input
    case .parallel(let branches):
      return try joined(branches, input, place: place)
    case .named(let name, let layers):
      try check(!name.isEmpty, "the name is empty")
      try check(!layers.isEmpty, "no layers under this name")
      return try Layer.shape(after: layers, input, place: place)
    }
  }

  private func joined(_ branches: [[Layer]], _ input: ImageShape, place: String) throws(NetworkError)
    -> ImageShape
  {
    var shapes: [ImageShape] = []
    for (number, branch) in branches.enumerated() {
      let here = "\(place), branch \(number)"
      if branch.isEmpty { throw .layer(place: here, problem: "no layers") }
      shapes.append(try Layer.shape(after: branch, input, place: here))
    }
    guard let first = shapes.first else { throw .layer(place: place, problem: "no branches") }
    for (number, shape) in shapes.enumerated()
    where (shape.height, shape.width) != (first.height, first.width) {
      throw .layer(
        place: place,
        problem: "branch \(number) makes \(shape.words), branch 0 \(first.words); height and width must agree"
      )
    }
    return ImageShape(height: first.height, width: first.width, channels: shapes.map(\.channels).reduce(0, +))
  }
}

extension ImageShape {
  /// The shape for a message.
  var words: String { "[height \(height), width \(width), channel \(channels)]" }
}
