internal import Networks
internal import Tensors

/// Computes the embeddings of samples by a model, some at a time.
struct EmbeddingPass<Source: SampleSource> {
  /// The numbers of an embedding: twice the features with the mirror image.
  let rowLength: Int
  private let network: Network<Float>
  private let loader: BatchLoader<Source>
  private let views: [Bool]

  /// - Throws: `TrainingError` where the samples do not fit the model.
  init(of source: Source, by model: Model, withMirror: Bool) throws {
    network = try model.makeNetwork()
    let (recipe, input) = (model.recipe, model.recipe.input)
    loader = BatchLoader(source: source, input: input)
    if let problem = loader.problem { throw TrainingError.recipe(recipe.title, problem: problem) }
    if withMirror && input.count != 3 {
      throw TrainingError.recipe(
        recipe.title,
        problem: "vectors of \(input[0]) features have no mirror image"
      )
    }
    views = withMirror ? [false, true] : [false]
    rowLength = network.outputShape[0] * views.count
  }

  /// Returns the embeddings of some samples, one batch of the network.
  ///
  /// - Throws: `TrainingError.sample` where one cannot be read.
  func rows(_ range: Range<Int>) throws -> Tensor<Float> {
    let samples = Array(range)
    let width = network.outputShape[0]
    var rows = Tensor<Float>(uninitialized: [samples.count, rowLength])
    try Parallel.withLatestShare {
      for (place, isMirrored) in views.enumerated() {
        let view = loader.centre(isMirrored: isMirrored)
        let images = try loader.batch(samples, samples.map { _ in view })
        rows.setColumns(from: place * width, to: network.forward(images, mode: .inference))
      }
    }
    return rows
  }
}

extension Tensor<Float> {
  fileprivate mutating func setColumns(from column: Int, to block: Tensor<Float>) {
    let (width, blockWidth) = (rowLength, block.rowLength)
    withUnsafeMutablePointer { target in
      block.withUnsafePointer { source in
        for row in 0..<block.rowCount {
          (target + row * width + column).update(from: source + row * blockWidth, count: blockWidth)
        }
      }
    }
  }

  /// Replaces some rows by those of another matrix of the same width.
  mutating func setRows(from row: Int, to block: Tensor<Float>) {
    let width = rowLength
    withUnsafeMutablePointer { target in
      block.withUnsafePointer { (target + row * width).update(from: $0, count: block.count) }
    }
  }
}
