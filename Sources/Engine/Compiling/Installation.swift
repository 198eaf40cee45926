internal import Digests
internal import Foundation

/// An installation: a folder with the program and everything that rendering a book needs; it can be moved, and be read-only.
///
/// ```
/// PREFIX/bin/marginalia                   a link to the program
/// PREFIX/lib/marginalia/marginalia        the program
/// PREFIX/lib/marginalia/libLaboratory.so  the library that cells are linked with
/// PREFIX/lib/marginalia/Modules/          the library's Swift modules
/// PREFIX/lib/marginalia/CModules/         module maps and headers of its C libraries
/// PREFIX/lib/marginalia/installation.json the digests of the library and of its sources, and the compiler
/// ```
package struct Installation: Sendable {
  /// The absolute path of the folder to install into.
  package var prefix: String
  /// The version that `installation.json` names.
  package var version: String
  /// Whether Swift's run-time libraries are copied beside the program, which then starts without them elsewhere.
  package var includesRuntime: Bool

  package init(prefix: String, version: String, includesRuntime: Bool = false) {
    self.prefix = prefix
    self.version = version
    self.includesRuntime = includesRuntime
  }

  /// The contents of `installation.json`.
  struct Manifest: Codable, Hashable {
    static let file = "installation.json"
    var version: String
    /// The digest of the laboratory's sources, a part of every cell's key.
    var laboratory: String
    /// The digest of the sources that a trained model depends on, a part of every model's name.
    var training: String
    /// SHA-256 of `libLaboratory.so`.
    var library: String
    /// The compiler that built the modules; only this one can import them.
    var compiler: String

    /// Returns the manifest in the folder of a program, or nil if there is none.
    static func read(_ folder: String) throws(EngineError) -> Manifest? {
      guard let data = try AtomicFile.read("\(folder)/\(file)") else { return nil }
      guard let manifest = try? JSONDecoder().decode(Manifest.self, from: data) else {
        throw .damagedInstallation("\(folder)/\(file)")
      }
      return manifest
    }
  }

  private var folder: String { prefix + "/lib/marginalia" }

  /// Copies the running program, its library and what both need, in place of an earlier installation.
  ///
  /// The new folder is complete before it takes the place of an old one.
  ///
  /// - Throws: an `EngineError` if a file cannot be written, or if there is something else in the place.
  package func install(_ laboratory: LaboratoryLibrary, toolchain: Toolchain) throws(EngineError) {
    if access(folder, F_OK) == 0, try Manifest.read(folder) == nil { throw .occupied(folder) }
    let link = prefix + "/bin/marginalia"
    if access(link, F_OK) == 0, (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) == nil {
      throw .occupied(link)
    }
    let new = "\(folder).\(getpid()).new"
    try? FileManager.default.removeItem(atPath: new)
    do {
      try copy(laboratory, toolchain: toolchain, to: new)
      try replace(folder, with: new)
    } catch {
      try? FileManager.default.removeItem(atPath: new)
      throw error
    }
    try AtomicFile.makeFolder(prefix + "/bin")
    unlink(link)
    guard symlink("../lib/marginalia/marginalia", link) == 0 else {
      throw .file(path: link, doing: "making the link", error: errno)
    }
  }

  private func copy(
    _ laboratory: LaboratoryLibrary,
    toolchain: Toolchain,
    to new: String
  ) throws(EngineError) {
    for each in ["Modules", "CModules"] { try AtomicFile.makeFolder("\(new)/\(each)") }
    try copy(laboratory.folder + "/marginalia", to: new + "/marginalia")
    try copy(laboratory.library, to: new + "/libLaboratory.so")
    for module in laboratory.swiftModules {
      try copy("\(laboratory.modules)/\(module)", to: "\(new)/Modules/\(module)")
    }
    for map in laboratory.moduleMaps { try copyModule(map, to: new + "/CModules") }
    if includesRuntime {
      for library in Self.loadedRuntime() {
        try copy(library, to: "\(new)/\((library as NSString).lastPathComponent)")
      }
    }
    guard let library = try? Digest(ofFileAt: laboratory.library).hex else {
      throw .noLaboratory(laboratory.library)
    }
    let manifest = Manifest(
      version: version,
      laboratory: laboratory.digest,
      training: laboratory.trainingDigest,
      library: library,
      compiler: toolchain.version
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(manifest) else { throw .damagedInstallation(folder) }
    try AtomicFile.write(data, to: "\(new)/\(Manifest.file)")
  }

  /// Copies a C module: its map and the headers beside it.
  private func copyModule(_ map: String, to folder: String) throws(EngineError) {
    let source = (map as NSString).deletingLastPathComponent
    let parts = (source as NSString).pathComponents
    guard let name = parts.last(where: { $0 != "include" }) else { return }
    let target = "\(folder)/\(name)"
    try AtomicFile.makeFolder(target)
    for file in try contents(of: source) where file.hasSuffix(".h") || file.hasSuffix(".modulemap") {
      try copy("\(source)/\(file)", to: "\(target)/\(file)")
    }
  }

  /// The Swift run-time libraries that this process has loaded.
  private static func loadedRuntime() -> [String] {
    let maps = AtomicFile.systemText("/proc/self/maps")
    let loaded = Set(maps.split(separator: "\n").compactMap { $0.firstIndex(of: "/").map($0.suffix(from:)) })
    guard let core = loaded.first(where: { $0.hasSuffix("/libswiftCore.so") }) else { return [] }
    let runtime = (String(core) as NSString).deletingLastPathComponent
    return loaded.map(String.init).filter { ($0 as NSString).deletingLastPathComponent == runtime }.sorted()
  }

  private func contents(of folder: String) throws(EngineError) -> [String] {
    do { return try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } catch {
      throw .file(path: folder, doing: "listing it", error: ENOENT)
    }
  }

  private func copy(_ source: String, to target: String) throws(EngineError) {
    do { try FileManager.default.copyItem(atPath: source, toPath: target) } catch {
      let number = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError)?.code
      throw .file(path: target, doing: "copying '\(source)' to it", error: Int32(number ?? Int(errno)))
    }
  }

  /// Moves a finished folder into its place and removes the one that was there.
  private func replace(_ folder: String, with new: String) throws(EngineError) {
    let old = "\(folder).\(getpid()).old"
    let hadOld = access(folder, F_OK) == 0
    if hadOld, rename(folder, old) != 0 { throw .file(path: folder, doing: "replacing it", error: errno) }
    guard rename(new, folder) == 0 else {
      let error = errno
      if hadOld { rename(old, folder) }
      throw .file(path: folder, doing: "moving the new installation to it", error: error)
    }
    if hadOld { try? FileManager.default.removeItem(atPath: old) }
  }
}
