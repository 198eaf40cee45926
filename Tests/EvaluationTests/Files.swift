internal import Foundation
internal import Tensors

/// A folder for one test, removed with it.
final class Files {
  let folder: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  @discardableResult
  func write(_ text: String, _ name: String) throws -> String {
    let path = "\(folder)/\(name)"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Writes a NumPy file of some shape; `[row, dimension]` of the rows unless it is given.
  ///
  /// - Parameter isFortranOrder: whether `rows` holds columns.
  @discardableResult
  func write(
    _ rows: [[Float]],
    _ name: String,
    shape: [Int]? = nil,
    isFortranOrder: Bool = false
  ) throws -> String {
    let shape = shape ?? [rows.count, rows.first?.count ?? 0]
    let axes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let head = "{'descr': '<f4', 'fortran_order': \(isFortranOrder ? "True" : "False"), 'shape': (\(axes)), }"
    let header = head + String(repeating: " ", count: 117 - head.count) + "\n"
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]) + Data(header.utf8)
    for number in rows.joined() {
      withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    let path = "\(folder)/\(name)"
    try data.write(to: URL(fileURLWithPath: path))
    return path
  }
}

/// A list of pairs in LFW's form: `perKind` pairs of each kind in each fold; each pair has images of its own.
func lfwText(folds: Int, perKind: Int) -> String {
  var lines = ["\(folds)\t\(perKind)"]
  for fold in 0..<folds {
    lines += (0..<perKind).map { "S\(fold)_\($0)\t1\t2" }
    lines += (0..<perKind).map { "D\(fold)_\($0)\t1\tE\(fold)_\($0)\t1" }
  }
  return lines.joined(separator: "\n") + "\n"
}

/// Features for such a list, two rows a pair: two of a person lie near each other.
func pairFeatures(folds: Int, perKind: Int, noise: Float, dimensions: Int = 16, seed: UInt64 = 1) -> [[Float]]
{
  var random = SeededGenerator(seed: seed)
  func draw() -> [Float] { (0..<dimensions).map { _ in Float(random.normal()) } }
  return (0..<folds * 2 * perKind).flatMap { pair -> [[Float]] in
    let person = draw()
    let other = pair % (2 * perKind) < perKind ? person : draw()
    return [person, other].map { own in zip(own, draw()).map { $0 + noise * $1 } }
  }
}
