internal import ArgumentParser
internal import CKernels

/// The vectors that the kernels compute with.
struct VectorOptions: ParsableArguments {
  @Option(help: "Numbers that a vector holds: 8 for AVX2, 16 for AVX-512. Default: what is faster here.")
  var vectors: Int?

  func validate() throws {
    guard let vectors, ![1, 8, 16].contains(vectors) else { return }
    throw ValidationError("--vectors must be 1, 8 or 16, but is \(vectors)")
  }

  /// Has the kernels use such vectors, and returns how many numbers theirs hold then.
  func apply() -> Int {
    if let vectors { set_vector_width(Int32(vectors)) }
    return Int(vector_width())
  }
}
