internal import Digests
internal import Foundation

/// The sources that a laboratory was built from. Their digest is part of every cell's key. The library's own bytes
/// are not: they differ between two builds of the same sources, and each build would make every cell stale.
package struct LaboratorySources {
  /// What digests of the sources stand for, in hexadecimal.
  struct Digests: Hashable {
    /// All sources, the manifest and the kind of build.
    var laboratory: String
    /// The same of the sources that a trained model depends on.
    var training: String
  }

  /// The modules that no training depends on. All others count, so that a new module cannot be forgotten.
  ///
  /// A model's bits do not depend on how it is evaluated: a change of these modules makes cells stale, but no model.
  package static let withoutTraining: Set = [
    "Benchmarks", "CBounds", "Statistics", "Findings", "Laboratory", "CWitness",
  ]

  private let library: String
  /// The names of the modules that were linked, C targets among them, sorted.
  let modules: [String]
  /// Every file that was compiled, sorted.
  private let files: [String]
  /// The package's manifest, which holds the compilers' settings.
  private let manifest: String
  /// The last component of the build folder: debug or release.
  private let configuration: String

  /// Finds the sources of the modules that the linker was given.
  ///
  /// - Parameters:
  ///   - library: the library that was linked.
  ///   - objects: the list of object files that the package manager gave to the linker.
  ///   - root: the package's folder.
  init(library: String, objects: String, root: String) throws(EngineError) {
    self.library = library
    manifest = root + "/Package.swift"
    configuration = ((library as NSString).deletingLastPathComponent as NSString).lastPathComponent
    guard let linked = try Self.modules(linkedBy: objects) else { throw .noLaboratory(objects) }
    modules = linked.sorted()
    var files: [String] = []
    for folder in modules.map({ "\(root)/Sources/\($0)" }) {
      let compiled = Self.compiled(in: folder)
      guard !compiled.isEmpty else { throw .noLaboratory(folder) }
      files += compiled
    }
    guard !files.isEmpty else { throw .noLaboratory(objects) }
    self.files = files.sorted()
  }

  /// The names of the modules in a list of object files that the package manager gave to the linker; `nil` without the list.
  private static func modules(linkedBy objects: String) throws(EngineError) -> Set<String>? {
    guard let list = try AtomicFile.read(objects) else { return nil }
    let names = String(decoding: list, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap {
      (String($0) as NSString).pathComponents.last { $0.hasSuffix(".build") }?.dropLast(".build".count)
    }
    return Set(names.map(String.init))
  }

  /// The source files in a folder, without hidden files such as an editor's.
  private static func compiled(in folder: String) -> [String] {
    (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).filter {
      ["swift", "c", "h", "modulemap"].contains(($0 as NSString).pathExtension)
        && !($0 as NSString).lastPathComponent.hasPrefix(".")
    }.map { "\(folder)/\($0)" }
  }

  /// Returns SHA-256 of the sources, the manifest and the kind of build; `store` caches it by the files' identities.
  ///
  /// The note does not only save time (`marginalia list` takes 0.10 s with it and 0.12 s without): it also knows which
  /// sources belong to a library that was not linked since.
  ///
  /// - Throws: `EngineError.staleLaboratory` where a source was changed since the library was built.
  func digests(rememberedIn store: Store?) throws(EngineError) -> Digests {
    let built = FileIdentity(of: library)?.description ?? ""
    let stamp = Digest(
      of: ([manifest] + files).map { "\($0) \(FileIdentity(of: $0)?.description ?? "")" }.joined(
        separator: "\n"
      )
    ).hex
    let known = store?.note("laboratory").flatMap { $0.count == 5 && $0[0] == built ? $0 : nil }
    if let known, known[1] == stamp { return Digests(laboratory: known[3], training: known[4]) }

    let sources = try Self.content(files)
    // A library that was seen before belongs to the sources of that time, whatever the times of the files are.
    guard known.map({ $0[2] == sources }) ?? isYoungerThanSources else {
      throw .staleLaboratory(library: library)
    }
    let digests = Digests(
      laboratory: try digest(of: sources),
      training: try digest(of: Self.content(trainingFiles))
    )
    try store?.setNote("laboratory", [built, stamp, sources, digests.laboratory, digests.training])
    return digests
  }

  private var trainingFiles: [String] {
    let root = (manifest as NSString).deletingLastPathComponent
    let folders = modules.filter { !Self.withoutTraining.contains($0) }.map { "\(root)/Sources/\($0)/" }
    return files.filter { file in folders.contains { file.hasPrefix($0) } }
  }

  /// The digest of sources, by their content's digest, with the manifest and the kind of build.
  private func digest(of sources: String) throws(EngineError) -> String {
    Digest(of: [configuration, try Self.content([manifest]), sources].joined(separator: "\n")).hex
  }

  /// The digest of files by name and content, wherever the package lies.
  private static func content(_ files: [String]) throws(EngineError) -> String {
    var hasher = Hasher256()
    for file in files {
      guard let data = try AtomicFile.read(file) else { throw .noLaboratory(file) }
      hasher.field((file as NSString).lastPathComponent)
      hasher.field(Digest(of: data).hex)
    }
    return hasher.finish().hex
  }

  /// Whether the sources were compiled after their last change, and the library was linked after that.
  ///
  /// The time of the library alone does not say so: where a change has no effect on the code, as in a comment or by a
  /// switch of branches and back, the compiler leaves the object files alone and nothing is linked. It writes a
  /// dependency file (`.d`) at each compilation that succeeds, and removes it at one that fails.
  private var isYoungerThanSources: Bool {
    guard let linked = Self.modified(library) else { return false }
    let build = (library as NSString).deletingLastPathComponent
    let root = (manifest as NSString).deletingLastPathComponent
    return modules.allSatisfy { module in
      // When each file of the module was compiled last, by the name of its dependency file.
      var compiled: [String: (Int, Int)] = [:]
      let folder = "\(build)/\(module).build"
      for name in FileManager.default.enumerator(atPath: folder)?.compactMap({ $0 as? String }) ?? [] {
        guard let time = Self.modified("\(folder)/\(name)") else { continue }
        if name.hasSuffix(".o"), time > linked { return false }
        if name.hasSuffix(".d") { compiled[(name as NSString).lastPathComponent] = time }
      }
      let last = compiled.values.max { $0 < $1 }
      return files.filter { $0.hasPrefix("\(root)/Sources/\(module)/") }.allSatisfy { file in
        guard let changed = Self.modified(file) else { return false }
        if changed <= linked { return true }
        let name = (file as NSString).lastPathComponent
        let own = name.hasSuffix(".swift") ? String(name.dropLast(6)) : name
        // A release build compiles a module as a whole. A header has no dependency file of its own.
        let isCode = name.hasSuffix(".swift") || name.hasSuffix(".c")
        let time = isCode ? compiled["\(own).d"] ?? compiled["\(module).d"] : last
        return time.map { changed <= $0 } ?? false
      }
    }
  }

  /// Whether a program was linked after every object file of those of the modules that it contains was written.
  func isLinked(into program: String) throws(EngineError) -> Bool {
    guard let linked = Self.modified(program) else { return false }
    let build = (library as NSString).deletingLastPathComponent
    let name = (program as NSString).lastPathComponent
    let contained = try Self.modules(linkedBy: "\(build)/\(name).product/Objects.LinkFileList")
    return modules.filter { contained?.contains($0) ?? true }.allSatisfy { module in
      let folder = "\(build)/\(module).build"
      let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
      return names.allSatisfy { name in
        !name.hasSuffix(".o") || Self.modified("\(folder)/\(name)").map { $0 <= linked } ?? true
      }
    }
  }

  /// When a file was last written, in seconds and nanoseconds.
  private static func modified(_ path: String) -> (Int, Int)? {
    var status = stat()
    return stat(path, &status) == 0 ? (status.st_mtim.tv_sec, status.st_mtim.tv_nsec) : nil
  }
}
