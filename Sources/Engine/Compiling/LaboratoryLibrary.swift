internal import Digests
internal import Foundation

/// The compiled laboratory that cells are linked with: `libLaboratory.so` and the modules beside it.
///
/// It lies beside the program, either in SwiftPM's build folder or in an `Installation`.
package struct LaboratoryLibrary: Hashable, Sendable {
  /// The folder that holds `libLaboratory.so` and `Modules`.
  package var folder: String
  /// The module maps of the C libraries that the modules import.
  package var moduleMaps: [String]
  /// SHA-256 of the sources that the library was built from.
  package var digest: String
  /// SHA-256 of those sources that a trained model depends on.
  package var trainingDigest: String
  /// The file names of the laboratory's Swift modules in `Modules`.
  let swiftModules: [String]
  /// The version of the compiler that built an installed laboratory; nil in a build folder.
  let compiler: String?

  var library: String { folder + "/libLaboratory.so" }
  var modules: String { folder + "/Modules" }

  /// Finds the laboratory beside a program.
  ///
  /// - Parameter store: remembers digests by the files' identities, so that unchanged files are not read again.
  package init(besideProgram program: String, store: Store? = nil) throws(EngineError) {
    let folder = (program as NSString).deletingLastPathComponent
    let laboratory = folder + "/Modules/Laboratory.swiftmodule"
    guard access(laboratory, R_OK) == 0 else { throw .noLaboratory(laboratory) }
    if let manifest = try Installation.Manifest.read(folder) {
      try self.init(installedIn: folder, manifest, store: store)
    } else {
      try self.init(builtIn: folder, store: store)
    }
  }

  /// Finds the laboratory beside the running program.
  package init(store: Store? = nil) throws(EngineError) {
    guard let path = realpath("/proc/self/exe", nil) else { throw .noLaboratory("/proc/self/exe") }
    defer { free(path) }
    try self.init(besideProgram: String(cString: path), store: store)
  }

  /// Refuses a compiler that cannot import the modules.
  package func check(_ toolchain: Toolchain) throws(EngineError) {
    if let compiler, compiler != toolchain.version {
      throw .otherCompiler(library: library, built: compiler, found: toolchain.version)
    }
  }

  /// Checks that a program in a build folder was linked after its modules were compiled: else the code of the laboratory in
  /// the program is older than the library's.
  ///
  /// - Parameter program: a program beside the library.
  /// - Throws: `EngineError.staleLaboratory` for a program that is older.
  package func check(program: String) throws(EngineError) {
    if try Installation.Manifest.read(folder) != nil { return }
    let objects = folder + "/Laboratory.product/Objects.LinkFileList"
    let root = Self.package(above: folder)
    let sources = try LaboratorySources(library: library, objects: objects, root: root)
    let path = program.withCString { realpath($0, nil) }
    defer { free(path) }
    let linked = try sources.isLinked(into: path.map { String(cString: $0) } ?? program)
    if !linked { throw .staleLaboratory(library: program) }
  }

  private init(builtIn folder: String, store: Store?) throws(EngineError) {
    self.folder = folder
    let root = Self.package(above: folder)
    let sources = try LaboratorySources(
      library: folder + "/libLaboratory.so",
      objects: folder + "/Laboratory.product/Objects.LinkFileList",
      root: root
    )
    moduleMaps = try Self.moduleMaps(in: root, linked: sources.modules)
    let digests = try sources.digests(rememberedIn: store)
    (digest, trainingDigest) = (digests.laboratory, digests.training)
    swiftModules = sources.modules.map { $0 + ".swiftmodule" }.filter {
      access("\(folder)/Modules/\($0)", R_OK) == 0
    }
    compiler = nil
  }

  private init(
    installedIn folder: String,
    _ manifest: Installation.Manifest,
    store: Store?
  ) throws(EngineError) {
    self.folder = folder
    (digest, trainingDigest) = (manifest.laboratory, manifest.training)
    compiler = manifest.compiler
    let maps = folder + "/CModules"
    moduleMaps = Self.names(in: maps).map { "\(maps)/\($0)/module.modulemap" }
    swiftModules = Self.names(in: folder + "/Modules")
    guard try Self.digest(ofLibrary: library, store: store) == manifest.library else {
      throw .damagedInstallation(library)
    }
  }

  /// SHA-256 of the installed library. The gain of the note: `marginalia list` takes 0.12 s with it and 0.16 s without
  /// (medians of nine in turn, on a busy machine of two cores).
  private static func digest(ofLibrary library: String, store: Store?) throws(EngineError) -> String {
    let identity = FileIdentity(of: library).map { "\(library) \($0)" } ?? ""
    if let known = store?.note("installation"), known.count == 2, known[0] == identity { return known[1] }
    guard let digest = try? Digest(ofFileAt: library).hex else { throw .noLaboratory(library) }
    try store?.setNote("installation", [identity, digest])
    return digest
  }

  /// The package that a build folder lies in.
  private static func package(above folder: String) -> String {
    var root = folder as NSString
    while root.length > 1, access(root.appendingPathComponent("Package.swift"), R_OK) != 0 {
      root = root.deletingLastPathComponent as NSString
    }
    return root as String
  }

  /// The module maps of the package's C targets, whose names begin with a C.
  ///
  /// - Parameter linked: the modules of the library. Each C target among them must have a map of its own, and so
  ///   must OpenBLAS.
  private static func moduleMaps(in root: String, linked: [String]) throws(EngineError) -> [String] {
    let sources = root + "/Sources"
    var maps: [String: String] = [:]
    for name in names(in: sources) where name.hasPrefix("C") {
      maps[name] = ["\(sources)/\(name)", "\(sources)/\(name)/include"].map { $0 + "/module.modulemap" }
        .first { access($0, R_OK) == 0 }
    }
    for name in ["COpenBLAS"] + linked where maps[name] == nil {
      let folder = "\(sources)/\(name)"
      if access("\(folder)/include", F_OK) == 0 { throw .noLaboratory("\(folder)/include/module.modulemap") }
      if name == "COpenBLAS" { throw .noLaboratory("\(folder)/module.modulemap") }
    }
    return maps.values.sorted()
  }

  private static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }
      .sorted()
  }
}
