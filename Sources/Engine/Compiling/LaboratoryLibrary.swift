internal import Digests
internal import Foundation

/// The compiled laboratory that cells are linked against: `libLaboratory.so` and the modules beside it.
package struct LaboratoryLibrary: Hashable, Sendable {
  /// The folder that holds `libLaboratory.so` and `Modules`.
  package var folder: String
  /// The module maps of the C libraries that the modules name.
  package var moduleMaps: [String]
  /// SHA-256 of the sources that the library was built from.
  package var digest: String

  var library: String { folder + "/libLaboratory.so" }
  var modules: String { folder + "/Modules" }

  /// Finds the laboratory beside a program that SwiftPM built; `store` caches its digest by the files' identities.
  package init(besideProgram program: String, store: Store? = nil) throws(EngineError) {
    folder = (program as NSString).deletingLastPathComponent
    moduleMaps = []
    digest = ""
    guard access(modules + "/Laboratory.swiftmodule", R_OK) == 0 else {
      throw .noLaboratory(modules + "/Laboratory.swiftmodule")
    }
    let root = Self.package(above: folder)
    moduleMaps = try Self.moduleMaps(in: root, built: folder)
    digest = try LaboratorySources(
      library: library,
      objects: folder + "/Laboratory.product/Objects.LinkFileList",
      root: root
    ).digest(rememberedIn: store)
  }

  /// Finds the laboratory beside the running program.
  package init(store: Store? = nil) throws(EngineError) {
    guard let path = realpath("/proc/self/exe", nil) else { throw .noLaboratory("/proc/self/exe") }
    defer { free(path) }
    try self.init(besideProgram: String(cString: path), store: store)
  }

  /// The package that a build folder lies in.
  private static func package(above folder: String) -> String {
    var root = folder as NSString
    while root.length > 1, access(root.appendingPathComponent("Package.swift"), R_OK) != 0 {
      root = root.deletingLastPathComponent as NSString
    }
    return root as String
  }

  /// The module maps of the C libraries and C targets that the modules name, in the package and in its build.
  private static func moduleMaps(in root: String, built folder: String) throws(EngineError) -> [String] {
    let sources = root + "/Sources"
    let names = targets(in: sources, ending: "") + targets(in: folder, ending: ".build")
    // A map written by hand comes before the one that the build makes: both would define the module twice.
    let maps = Set(names).sorted().compactMap { name in
      ["\(sources)/\(name)", "\(sources)/\(name)/include", "\(folder)/\(name).build"]
        .map { $0 + "/module.modulemap" }.first { access($0, R_OK) == 0 }
    }
    guard maps.contains(where: { $0.hasSuffix("/COpenBLAS/module.modulemap") }) else {
      throw .noLaboratory(sources + "/COpenBLAS/module.modulemap")
    }
    return maps
  }

  /// The names of C targets, which begin with a C, from the folders that hold them.
  private static func targets(in folder: String, ending: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasPrefix("C") && $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }
  }
}
