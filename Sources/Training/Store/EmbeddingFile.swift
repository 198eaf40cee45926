package import Digests
internal import Faces
internal import Foundation
internal import Tensors

/// Stored embeddings, read from their file in pieces.
package struct EmbeddingFile: FeatureSource {
  package typealias Element = Float

  package let rowCount: Int
  package let rowLength: Int
  /// The file, mapped into memory. A store replaces files and never changes them.
  private let data: Data
  private let start: Int
  private let said: String?
  private let path: String

  /// - Throws: `TensorFileError` where the store has no such embeddings, or its file is not whole.
  package init(_ key: Digest, in store: ModelStore) throws(TensorFileError) {
    path = "\(store.folder)/\(store.embeddingFile(key))"
    do { data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) } catch {
      throw TensorFileError(file: path, problem: "cannot be read: \(unreadableReason(path))")
    }
    let header = try SafeTensorsHeader(data, file: path)
    guard let (name, entry) = header.entries.first, header.entries.count == 1, name == "embeddings",
      entry.type == .float32, entry.shape.count == 2
    else { throw TensorFileError(file: path, problem: "has other tensors than one matrix of embeddings") }
    (rowCount, rowLength) = (entry.shape[0], entry.shape[1])
    start = header.dataStart
    said = header.metadata["digest"]
  }

  /// Reads all embeddings once and compares them with the digest that the file names.
  ///
  /// - Throws: `TensorFileError` where they are damaged.
  package func check() throws(TensorFileError) {
    let found = data.withUnsafeBytes { bytes in
      embeddingDigest([rowCount, rowLength], UnsafeRawBufferPointer(rebasing: bytes[start...]))
    }
    guard found.hex == said else {
      throw TensorFileError(file: path, problem: "is damaged: remove it, and it is made again")
    }
  }

  package func read(_ rows: Range<Int>, into destination: UnsafeMutablePointer<Float>) {
    require(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
    let width = rowLength * MemoryLayout<Float>.stride
    data.withUnsafeBytes {
      UnsafeMutableRawBufferPointer(start: destination, count: rows.count * width).copyMemory(
        from: UnsafeRawBufferPointer(
          rebasing: $0[(start + rows.lowerBound * width)..<(start + rows.upperBound * width)]
        )
      )
    }
  }
}

/// The digest that a file of embeddings names.
func embeddingDigest(_ shape: [Int], _ elements: UnsafeRawBufferPointer) -> Digest {
  var hasher = Hasher256()
  hasher.field("\(shape)")
  hasher.update(elements)
  return hasher.finish()
}
