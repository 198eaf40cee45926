public import Digests
public import Faces
public import Tensors

/// Samples for a network: feature vectors, or images.
public protocol SampleSource: Sendable {
  /// The number of samples.
  var count: Int { get }
  /// The shape of a sample: `[feature]`, or `[height, width, channel]`.
  var sampleShape: [Int] { get }
  /// Writes a sample in row-major order, preprocessed for the network: images are standardised.
  ///
  /// Called from several threads in parallel, and each time a sample is used; it must write the same numbers each time.
  ///
  /// - Throws: an error where the sample cannot be read; training then stops with `TrainingError.sample`.
  func fill(_ index: Int, into buffer: UnsafeMutableBufferPointer<Float>) throws
}

/// Samples with class labels.
public protocol TrainingSet: SampleSource {
  /// The number of classes; labels are below it.
  var classCount: Int { get }
  /// A digest of the content: sets of the same digest have the same samples and labels in the same order.
  ///
  /// A model is stored under the digests of its recipe and of its set.
  var digest: Digest { get }
  /// What another process needs to make the same set; nil, the default, where only this process can. A model on such a set is
  /// trained by the process that asks for it, never by a job.
  var portableDescription: FaceSetDescription? { get }
  /// Returns the class of a sample.
  func label(of index: Int) -> Int
}

extension TrainingSet {
  public var portableDescription: FaceSetDescription? { nil }
}

/// Samples held in memory.
public struct MemorySet: TrainingSet {
  /// The samples: `[sample, feature]`, or `[sample, height, width, channel]`.
  public let samples: Tensor<Float>
  /// The class of each sample.
  public let labels: [Int]
  public let classCount: Int
  public let digest: Digest

  /// Creates a set of samples and their labels.
  ///
  /// - Parameter classCount: the number of classes; nil for one more than the largest label.
  /// - Precondition: there is a label in `0..<classCount` for each sample.
  public init(_ samples: Tensor<Float>, labels: [Int], classCount: Int? = nil) {
    require(labels.count == samples.rowCount, "\(labels.count) labels for \(samples.rowCount) samples")
    let classCount = classCount ?? (labels.max() ?? -1) + 1
    for (sample, label) in labels.enumerated() {
      require(0..<classCount ~= label, "sample \(sample) has the label \(label), outside 0..<\(classCount)")
    }
    self.samples = samples
    self.labels = labels
    self.classCount = classCount
    var hasher = Hasher256()
    hasher.field("samples \(samples.shape), \(classCount) classes")
    labels.withUnsafeBytes { hasher.update($0) }
    samples.withUnsafePointer {
      hasher.update(UnsafeRawBufferPointer(start: $0, count: samples.count * MemoryLayout<Float>.stride))
    }
    digest = hasher.finish()
  }

  public var count: Int { labels.count }
  public var sampleShape: [Int] { Array(samples.shape.dropFirst()) }
  public func label(of index: Int) -> Int { labels[index] }

  public func fill(_ index: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
    let length = samples.rowLength
    samples.withUnsafePointer { buffer.baseAddress?.update(from: $0 + index * length, count: length) }
  }
}
