internal import Benchmarks
internal import Evaluation
internal import Faces
internal import Foundation
internal import Testing

@Suite("Files in place of features")
struct FeatureKindTests {
  private let files: Files

  init() throws { files = try Files() }

  private func sheet(_ path: String, folds: Int = 2, perKind: Int = 1) throws -> ScoreSheet {
    let list = try files.write(lfwText(folds: folds, perKind: perKind), "pairs.txt")
    return try PairEvaluation(
      name: "LFW",
      list: .lfw(list),
      listPaths: [list],
      images: nil,
      rules: PairRules()
    ).sheet(features: path)
  }

  /// A NumPy file of 8 rows and 2 dimensions with a type of its own.
  private func numpy(_ type: String) -> [UInt8] {
    let header = "{'descr': \(type), 'fortran_order': False, 'shape': (8, 2), }\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
      + Array(repeating: 1, count: 128)
  }

  @Test("of another kind are refused by its name, with what to do")
  func kinds() throws {
    let zeros = [UInt8](repeating: 0, count: 64)
    let cases: [(name: String, bytes: [UInt8], found: String, remedy: String)] = [
      ("F.csv", Array("0.1,0.2\n0.3,0.4\n".utf8), "text", "numpy.loadtxt"),
      ("F.pt", Array("PK\u{3}\u{4}\u{0}\u{0}archive/data.pkl".utf8) + zeros, "PyTorch", "torch.load"),
      ("F.pkl", [0x80, 4, 0x95] + zeros, "a Python pickle", "pickle.load"),
      ("F.mat", Array("MATLAB 5.0 MAT-file".utf8) + zeros, "a MATLAB file", "scipy.io.loadmat"),
      ("F73.mat", Array("MATLAB 7.3 MAT-file".utf8) + zeros, "an HDF5 file", "h5py.File"),
      ("F.h5", [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A] + zeros, "an HDF5 file", "h5py.File"),
      ("F.parquet", Array("PAR1".utf8) + zeros, "a Parquet file", "read_parquet"),
      (
        "F.safetensors", [60, 0, 0, 0, 0, 0, 0, 0] + Array("{\"emb\":{}}".utf8), "safetensors",
        "safetensors.numpy"
      ),
      ("F.npy.gz", [0x1F, 0x8B, 8, 0] + zeros, "gzip", "gunzip"),
      ("lfs.npy", Array("version https://git-lfs.github.com/spec/v1\n".utf8), "Git LFS", "git lfs pull"),
      ("page.npy", Array("\n<!DOCTYPE html>".utf8), "HTML", "fetch it again"),
      ("o.npy", numpy("'|O'"), "Python objects", "numpy.stack"),
      ("c.npy", numpy("'<c16'"), "complex numbers", "real numbers"),
      (
        "s.npy", numpy("[('a', '<f4'), ('b', '<f4')]"), "records of several fields",
        "structured_to_unstructured"
      ),
    ]
    for (name, bytes, found, remedy) in cases {
      let path = "\(files.folder)/\(name)"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: DataError.self) { try sheet(path) }
      let message = "\(try #require(error))"
      #expect(message.hasPrefix(path + ": has ") && message.contains(found) && message.contains(remedy))
    }
  }

  @Test("that are one array of an archive are read, with the archive's digest among the inputs")
  func archive() throws {
    // numpy.savez_compressed(f, a=x, b=x[::-1]): 8 rows of 2 dimensions.
    let lines = """
      UEsDBC0AAAAIAAAAIQBqHk9x//////////8FABQAYS5ucHkBABAAwAAAAAAAAABpAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6l
      oG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GhY6CkaaOgq1CmQDLgaGBnsGMGiwP3vmjC2MjSwOw2lpaSB6/9kz
      PnazZs60A4kBAFBLAwQtAAAACAAAACEAcErjsf//////////BQAUAGIubnB5AQAQAMAAAAAAAAAAZwAAAAAAAACb7BfqGxDJyFDG
      UK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RoWOgpGmjoKtQpkA65ZM2faMTA02APx/rNnfMDs
      tLQ0e6gYFMMAhH/2zBlbmDgAUEsBAi0DLQAAAAgAAAAhAGoeT3FpAAAAwAAAAAUAAAAAAAAAAAAAAIABAAAAAGEubnB5UEsBAi0D
      LQAAAAgAAAAhAHBK47FnAAAAwAAAAAUAAAAAAAAAAAAAAIABoAAAAGIubnB5UEsFBgAAAAACAAIAZgAAAD4BAAAAAA==
      """
    let archive = try #require(Data(base64Encoded: lines.replacing("\n", with: "")))
    let path = "\(files.folder)/F.npz"
    try archive.write(to: URL(fileURLWithPath: path))
    let named = try sheet(path + ":a")
    let rows: [[Float]] = [[1, 0], [1, 0.1], [0, 1], [1, 0], [1, 1], [1, 0.9], [-1, 0.2], [0.3, 1]]
    let plain = try sheet(files.write(rows, "F.npy"))
    #expect(named.scores == plain.scores)
    #expect(named.inputs[path + ":a"]?.count == 64)
    let error = #expect(throws: DataError.self) { try sheet(path) }
    #expect("\(try #require(error))".contains("the arrays a, b"))
  }

  @Test("name the file in errors of the evaluation, that of the features or that of the list")
  func places() throws {
    func message(_ body: () throws -> ScoreSheet) -> String {
      do { _ = try body() } catch { return "\(error)" }
      return "no error"
    }
    let rows: [[Float]] = [[1, 0], [1, 0.1], [0, 1], [1, 0]]
    let one = message { try sheet(files.write(rows, "one.npy"), folds: 1) }
    #expect(one.hasPrefix("\(files.folder)/pairs.txt: there is 1 fold"))
    let odd = try files.write(rows.map { $0 + [1] } + rows.map { $0 + [2] }, "odd.npy")
    let list = try files.write(lfwText(folds: 2, perKind: 1), "pairs.txt")
    var rules = PairRules()
    rules.normalisation = .flipSum
    let evaluation = PairEvaluation(
      name: "LFW",
      list: try .lfw(list),
      listPaths: [list],
      images: nil,
      rules: rules
    )
    #expect(
      message { try evaluation.sheet(features: odd) }.hasPrefix("\(odd): 3 dimensions have no two halves")
    )
  }
}
