internal import Chapters
internal import Digests
internal import Findings
internal import Foundation
internal import Synchronization

/// The object files of the sources that a book's chapters share.
///
/// They are compiled once, with optimisation, since every chapter runs them. Each source is a file of its own to the compiler:
/// optimised as a whole module, the functions that no source calls would be gone, and the cells could not call them.
struct SharedObjects: Codable {
  /// The contents of the files, in the order of the sources.
  var files: [Data]
  /// What the compiler printed, which is its warnings.
  var output: String

  /// The warnings, each once: processes that compile different sources may both complain about one.
  var warnings: [Compiler.CellMessage] {
    var seen: Set<String> = []
    return Compiler.messages("warning", in: output, cells: [], file: "") { _ in true }
      .filter { seen.insert($0.message).inserted }
  }

  /// Writes the files and returns their names in the folder.
  func write(into folder: String) throws(EngineError) -> [String] {
    var names: [String] = []
    for (index, data) in files.enumerated() {
      let name = Self.name(index)
      try AtomicFile.write(data, to: "\(folder)/\(name)", durable: false)
      names.append(name)
    }
    return names
  }

  /// The name of the object file of the source at an index; two sources in different folders may have the same name.
  static func name(_ index: Int) -> String { "source-\(index).o" }
}

extension Compiler {
  /// `assert` in a source is checked as in a cell, and a crash there prints its message. Every function keeps a frame of the
  /// stack with the pointer to the one below, from its start: else the report of a crash would skip the cell that called it.
  private static let toSharedObjects =
    ["-c", "-O", "-g", "-assert-config", "Debug", "-parse-as-library"]
    + ["-Xcc", "-fno-omit-frame-pointer", "-Xcc", "-mno-omit-leaf-frame-pointer"]
    + ["-Xllvm", "-enable-shrink-wrap=false"]

  /// Lets one thread make objects, while the others wait for them.
  private static let making = Mutex<Void>(())

  /// Everything that the objects depend on. Debug information holds the paths of the sources.
  ///
  /// The library is named by its file, too: one that was built from the same sources with other options may have other symbols.
  var sharedKey: [String] {
    let contents = sources.map { (try? Digest(ofFileAt: $0))?.hex ?? "unreadable" }
    let library = FileIdentity(of: laboratory.library)?.description ?? "unreadable"
    return ["shared objects", toolchain.version, laboratory.digest, library] + Self.toSharedObjects + options
      + sources + contents
  }

  /// Returns the objects that are kept for a key, or makes and keeps them; without objects there are errors.
  func sharedObjects(
    key: [String],
    scratch: String
  ) throws(EngineError) -> (objects: SharedObjects?, errors: [CellMessage]) {
    try Self.making.withLock { _ throws(EngineError) in
      let kept = memo.recall(key) { nil }
      if let known = kept.flatMap({ try? FindingsCoding.decode(SharedObjects.self, from: $0) }) {
        return (known, [])
      }
      let made = try makeSharedObjects(scratch: scratch)
      // A source that was saved meanwhile may be in the objects, or not.
      if let objects = made.objects, sharedKey == key {
        _ = memo.recall(key) { try? FindingsCoding.encode(objects) }
      }
      return made
    }
  }

  /// Compiles the sources, a part of them in each of as many processes as there are cores.
  private func makeSharedObjects(
    scratch: String
  ) throws(EngineError) -> (objects: SharedObjects?, errors: [CellMessage]) {
    let answers = parts(ProcessInfo.processInfo.activeProcessorCount).concurrentMap { part in
      Swift.Result { () throws(EngineError) in
        let inputs = sources.enumerated().flatMap { index, source in
          part.contains(index) ? ["-primary-file", source] : [source]
        }
        let outputs = part.flatMap { ["-o", SharedObjects.name($0)] }
        return try run(toolchain.frontend, Self.toSharedObjects + options + inputs + outputs, folder: scratch)
      }
    }
    var output = ""
    var errors: [CellMessage] = []
    for answer in answers {
      let answer = try answer.get()
      output += answer.output
      errors += try read(answer, cells: [], file: "", scratch: scratch).errors
    }
    guard errors.isEmpty else { return (nil, errors) }
    var files: [Data] = []
    for index in sources.indices {
      let path = "\(scratch)/\(SharedObjects.name(index))"
      guard let data = try AtomicFile.read(path) else {
        throw .file(path: path, doing: "reading what the compiler wrote", error: ENOENT)
      }
      files.append(data)
    }
    return (SharedObjects(files: files, output: output), [])
  }

  /// Divides the sources into at most as many runs of about the same size.
  private func parts(_ count: Int) -> [Range<Int>] {
    let sizes = sources.map { source in
      var status = stat()
      return stat(source, &status) == 0 ? max(1, Int(status.st_size)) : 1
    }
    let total = sizes.reduce(0, +)
    var parts: [Range<Int>] = []
    var (before, last) = (0, -1)
    for (index, size) in sizes.enumerated() {
      // The part that the middle of the source lies in.
      let part = (2 * before + size) * count / (2 * total)
      if part == last, let open = parts.popLast() {
        parts.append(open.lowerBound..<(index + 1))
      } else {
        parts.append(index..<(index + 1))
      }
      (before, last) = (before + size, part)
    }
    return parts
  }
}
