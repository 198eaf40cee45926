internal import ArgumentParser
internal import Commands
internal import Engine
internal import Foundation
internal import Testing

@Suite("Commands that read files of features and weights")
struct EvaluateTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private func write(_ data: Data, _ name: String) throws -> String {
    try data.write(to: folder.appendingPathComponent(name))
    return path(name)
  }

  private func run(_ arguments: [String]) throws {
    var command = try Marginalia.parseAsRoot(arguments)
    try command.run()
  }

  private func message(_ arguments: [String]) -> String {
    do { try run(arguments) } catch { return Marginalia.message(for: error) }
    return "no error"
  }

  @Test("take a list in LFW's form for one where a byte order mark opens it")
  func byteOrderMark() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let lines = ["2\t1", "A\t1\t2", "B\t1\tC\t1", "D\t1\t2", "E\t1\tF\t1"]
    let list = try write(Data([0xEF, 0xBB, 0xBF] + Array(lines.joined(separator: "\r\n").utf8)), "pairs.txt")
    let header = "{'descr': '|i1', 'fortran_order': False, 'shape': (8, 2), }\n"
    let numbers: [UInt8] = [1, 0, 2, 1, 0, 1, 1, 0, 1, 1, 3, 2, 255, 1, 1, 4]
    let bytes =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + numbers
    let features = try write(Data(bytes), "f.npy")
    try run([
      "evaluate", "compare", features, features, "--pairs", list, "--rounds", "2", "--json", path("o.json"),
    ])
    let object = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: path("o.json")))
    )
    #expect((object as? [String: Any])?["benchmark"] as? String == "LFW")
  }

  private func npy(_ rows: [[UInt8]]) -> Data {
    let header = "{'descr': '|i1', 'fortran_order': False, 'shape': (\(rows.count), \(rows[0].count)), }\n"
    return Data(
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + rows.joined()
    )
  }

  @Test("tell files by endings in capitals, too")
  func capitals() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let features = try write(npy([[1, 2]]), "f.npy")
    let pickle = try write(Data("hello".utf8), "AG.BIN")
    #expect(
      message(["evaluate", "agedb", "--pairs", pickle, "--features", features]).contains("pickled list")
    )
    // An archive of one stored array.
    let array = Array(npy([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 1], [0, 1], [1, 0]]))
    func little(_ number: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(number >> (8 * $0) & 255) }
    }
    let name = Array("a.npy".utf8)
    func join(_ parts: [[UInt8]]) -> [UInt8] { Array(parts.joined()) }
    let size = little(array.count, 4)
    let entry = join([
      [20, 0, 0, 0, 0, 0, 0, 0, 0, 0], little(Int(crc32(array)), 4), size, size, little(name.count, 4),
    ])
    let local = join([[0x50, 0x4B, 3, 4], entry, name, array])
    let central = join([[0x50, 0x4B, 1, 2, 20, 0], entry, [UInt8](repeating: 0, count: 14), name])
    let counts: [UInt8] = [0, 0, 0, 0, 1, 0, 1, 0]
    let end = join([[0x50, 0x4B, 5, 6], counts, little(central.count, 4), little(local.count, 4), [0, 0]])
    let archive = try write(Data(join([local, central, end])), "X.NPZ")
    let list = try write(Data("A/1,A/2,1\nA/3,B/1,0\nC/1,C/2,1\nC/3,D/1,0\n".utf8), "p.csv")
    for path in [archive, archive + ":a"] {
      let arguments = ["evaluate", "pairs", "--pairs", list, "--folds", "2", "--features", path]
      #expect(message(arguments + ["--json", self.path("o.json")]) == "no error")
    }
  }

  /// The checksum of ZIP archives.
  private func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
    }
  }

  @Test(
    "refuse sizes of galleries that are not ascending numbers above 0, by the option",
    arguments: [
      ["0"], ["10", "10"], ["20", "10"],
    ]
  )
  func sizes(sizes: [String]) throws {
    let features = ["--probes", "p.npy", "--probe-list", "l.json", "--distractors", "d.npy"]
    let both = ["--probes", "p.npy", "q.npy", "--probe-list", "l.json", "--distractors", "d.npy", "e.npy"]
    for arguments in [["megaface"] + features, ["compare-megaface"] + both] {
      let text = message(["evaluate"] + arguments + ["--sizes"] + sizes)
      #expect(
        text.hasPrefix("--sizes \(sizes.joined(separator: " ")): sizes of galleries are ascending"),
        "\(text)"
      )
    }
  }

  @Test("refuse a number of threads that is none, whatever the command")
  func threads() throws {
    for text in ["two", "0", "-3", "100000", "1.5", " 2"] {
      let error = #expect(throws: ValidationError.self) {
        try requireThreadCount(["MARGINALIA_THREADS": text])
      }
      #expect(
        error?.message
          == "MARGINALIA_THREADS is '\(text)', expected the number of threads, from 1 to 1024: set it so, or unset it."
      )
    }
    for environment in [[:], ["MARGINALIA_THREADS": ""], ["MARGINALIA_THREADS": "1024"]] {
      #expect(throws: Never.self) { try requireThreadCount(environment) }
    }
  }

  @Test(
    "refuse weights of another kind by its name, and a file in a folder that does not exist before any work"
  )
  func weights() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let torch = try write(Data("PK\u{3}\u{4}\u{0}\u{0}facenet/data.pkl".utf8), "facenet.pt")
    let kind = message(["weights", "import", torch, "--output", path("m.safetensors")])
    #expect(kind.contains("a PyTorch file (torch.save), expected a safetensors file"))
    let absent = message([
      "weights", "import", path("no.safetensors"), "--output", path("none/m.safetensors"),
    ])
    #expect(absent.contains("there is no folder") && absent.contains("none"))
    let figures = ["evaluate", "lfw", "--pairs", path("p.txt"), "--features", path("f.npy")]
    #expect(message(figures + ["--json", path("none/o.json")]).contains("there is no folder"))
    #expect(!FileManager.default.fileExists(atPath: path("m.safetensors")))
  }

  @Test(
    "refuse a value of an option that cannot be meant, and say what is expected",
    arguments: [
      (["train", "jobs", "--patience", "nan"], "above 0 and at most 1e9 seconds, not nan"),
      (["train", "jobs", "--patience", "inf"], "not inf"),
      (["train", "jobs", "--patience", "1e30"], "not 1e+30"),
      (["train", "jobs", "--patience", "0"], "not 0.0"), (["verify", "--jobs", "0"], "at least 1, not 0"),
      (["render", "--jobs", "0"], "at least 1, not 0"),
      (megaface + ["--ranks", "10", "1"], "1 or more and ascend, not 10 1"),
      (megaface + ["--ranks", "1", "1"], "not 1 1"), (megaface + ["--ranks", "0"], "not 0"),
      (["weights", "list", "--store", "/nowhere/models"], "no folder '/nowhere/models'"),
    ]
  )
  func options(arguments: [String], said: String) {
    let message = message(arguments)
    #expect(message.contains(said), "\(message)")
  }

  private static let megaface = [
    "evaluate", "megaface", "--probes", "p.npy", "--probe-list", "p.json", "--distractors", "d.npy",
  ]

  @Test("give an error of the engine where a file cannot be written, not one of the command line")
  func unwritable() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = try write(Data(), "file")
    let error = #expect(throws: EngineError.self) { try run(["new", file + "/book"]) }
    #expect(error.map { "\($0)" }?.contains("making the folder failed (there is no such file)") == true)
  }

  @Test("show the usage of the subcommand whose options are wrong, whenever that is found")
  func usage() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let arguments = ["evaluate", "ijb", "--features", "f.npy", "--images", "i.txt"]
    do { try run(arguments) } catch {
      let text = Marginalia.usageMessage(for: error, of: nil)
      #expect(text.contains("Give --images and --pairs") && text.contains("Usage: marginalia evaluate ijb "))
    }
    // Found while the command runs.
    try FileManager.default.createDirectory(atPath: path("set"), withIntermediateDirectories: true)
    var command = try Marginalia.parseAsRoot(["data", "make", "lfw", "--output", path("set")])
    let error = try #require(throws: ValidationError.self) { try command.run() }
    let text = Marginalia.usageMessage(for: error, of: type(of: command))
    #expect(
      text.hasPrefix("Error: '\(path("set"))' exists.") && text.contains("\nUsage: marginalia data make ")
    )
  }
}
