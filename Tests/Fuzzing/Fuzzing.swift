internal import Archives
internal import Chapters
internal import Faces
internal import Foundation
internal import Markup
internal import Reports
internal import Tensors
internal import Training

/// The readers that libFuzzer feeds; `MARGINALIA_FUZZ` names the one of a run. `Tests/Scripts/fuzz` builds and
/// starts the program.
///
/// Each must throw or return for any bytes; a crash, a hang or a report of a sanitizer is a finding.
private let targets: [String: @Sendable (Data) throws -> Void] = [
  "image": { bytes in _ = try ImageFile.decode(bytes, file: "fuzz", repair: ImageRepair()) },
  "npy": { bytes in
    try write(bytes)
    try readRows(path)
  },
  "npz": { bytes in
    try write(bytes)
    try readRows(archive)
  },
  "bin": { bytes in
    try write(bytes)
    _ = try MegaFaceFeatures.read(path)
  },
  "pickle": { bytes in
    try write(bytes)
    let pairs = try InsightFacePairs(path)
    for index in pairs.names.indices { _ = pairs.picture(index).count }
  },
  "safetensors": { bytes in
    try write(bytes)
    _ = try SafeTensors(contentsOf: path)
  },
  "archive": { bytes in
    let archive = try ZipReader(Array(bytes))
    for entry in archive.entries { _ = try? archive.content(of: entry) }
  },
  // The first byte chooses the reader of the rest.
  "lists": { bytes in
    try write(Data(bytes.dropFirst()))
    switch (bytes.first ?? 0) % 8 {
    case 0: _ = try PairList.lfw(path)
    case 1: _ = try PairList.sllfw(path)
    case 2: _ = try PairList.ytf(path)
    case 3: _ = try FaceDetections(path)
    case 4: _ = try NameList.read(path)
    case 5: _ = try MegaFaceList.probes(path)
    case 6: _ = try VGGFace2.identities(path)
    default: _ = try IJBList.insightFace(images: path, pairs: path)
    }
  },
  "chapter": { bytes in
    let chapter = try Chapter(parsing: bytes, file: "01-fuzz.md")
    _ = ProseMarkup(cells: chapter.cells).node(chapter.blocks).html
  },
  "bibliography": { bytes in
    _ = Bibliography.read(String(decoding: bytes, as: UTF8.self), file: "fuzz.bib")
  },
  "book": { bytes in
    _ = try Book(parsing: String(decoding: bytes, as: UTF8.self), folder: "/nowhere", files: ["01-a.md"])
  },
]

/// Reads the first and the last row, which lie at the ends of what the header promises.
private func readRows(_ path: String) throws {
  let file = try NumpyFile(path)
  for row in Set([0, file.rowCount - 1]) where row >= 0 && file.rowLength < 1 << 20 {
    var values = [Float](repeating: 0, count: file.rowLength)
    try values.withUnsafeMutableBufferPointer { buffer in
      if let start = buffer.baseAddress { try file.read(row..<row + 1, into: start) }
    }
  }
}

/// The target of this run.
private let target: @Sendable (Data) throws -> Void = {
  let name = ProcessInfo.processInfo.environment["MARGINALIA_FUZZ"] ?? ""
  guard let target = targets[name] else {
    fatalError(
      "MARGINALIA_FUZZ is '\(name)'; it must be one of \(targets.keys.sorted().joined(separator: ", "))"
    )
  }
  return target
}()

/// A file in memory for readers that take a path.
private let path = "/dev/shm/marginalia-fuzz-\(UUID().uuidString)"
/// The same file by the name of an archive.
private let archive: String = {
  let archive = path + ".npz"
  guard symlink(path, archive) == 0 else { fatalError("'\(archive)' cannot be made") }
  atexit { unlink(archive) }
  return archive
}()
private let descriptor: Int32 = {
  let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)
  guard descriptor >= 0 else { fatalError("'\(path)' cannot be made: \(String(cString: strerror(errno)))") }
  atexit { unlink(path) }
  return descriptor
}()

private func write(_ bytes: Data) throws {
  ftruncate(descriptor, 0)
  let count = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  guard count == bytes.count else { fatalError("'\(path)' cannot be written") }
}

private let fuzzOneInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt = { start, count in
  try? target(start.map { Data(bytes: $0, count: count) } ?? Data())
  return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ argumentCount: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The package manager lets the linker take this function for `main`.
@_cdecl("marginalia_fuzz_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
  var (count, arguments) = (count, arguments)
  return runDriver(&count, &arguments, fuzzOneInput)
}
