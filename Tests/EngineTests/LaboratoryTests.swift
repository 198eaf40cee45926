internal import Engine
internal import Foundation
internal import Testing

/// A package that looks as if SwiftPM had built its laboratory.
private final class BuiltPackage {
  let folder = NSTemporaryDirectory() + "marginalia-package-" + UUID().uuidString
  let store: Store
  var build: String { folder + "/.build/release" }

  init() throws {
    store = try Store(folder: folder + "/.marginalia")
    try write("// settings", to: "Package.swift")
    try write("module COpenBLAS {}", to: "Sources/COpenBLAS/module.modulemap")
    try write("let margin = 280.0", to: "Sources/Losses/MarginLoss.swift")
    try write("import Losses", to: "Sources/Laboratory/L.swift")
    try write("int kernel;", to: "Sources/CKernels/kernel.c")
    try write("void f(void);", to: "Sources/CKernels/include/kernels.h")
    try write("module CKernels { header \"kernels.h\" }", to: "Sources/CKernels/include/module.modulemap")
    try write("program", to: ".build/release/marginalia")
    for module in ["Laboratory", "Losses", "Unrelated"] {
      try write(module, to: ".build/release/Modules/\(module).swiftmodule")
    }
    try write(
      ["Laboratory.build/L.swift.o", "Losses.build/MarginLoss.swift.o", "CKernels.build/kernel.c.o"].map {
        "\(build)/\($0)\n"
      }.joined(),
      to: ".build/release/Laboratory.product/Objects.LinkFileList"
    )
    try link("bytes of a first link")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Writes a file, `age` seconds ago by its own date.
  func write(_ text: String, to path: String, age: Double = 1_000) throws {
    let path = "\(folder)/\(path)"
    let parent = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let date = Date(timeIntervalSinceNow: -age)
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
  }

  func link(_ bytes: String, age: Double = 500) throws {
    try write(bytes, to: ".build/release/libLaboratory.so", age: age)
  }

  /// Writes a source of a further module that is linked.
  func add(_ module: String, _ source: String, age: Double = 1_000) throws {
    try write(source, to: "Sources/\(module)/\(module).swift", age: age)
    try write(module, to: ".build/release/Modules/\(module).swiftmodule")
    let path = "\(build)/Laboratory.product/Objects.LinkFileList"
    let objects = try String(contentsOfFile: path, encoding: .utf8)
    try write(
      objects + "\(build)/\(module).build/\(module).swift.o\n",
      to: ".build/release/Laboratory.product/Objects.LinkFileList"
    )
  }

  func digest(store: Store? = nil) throws -> String { try library(store: store).digest }

  func library(store: Store? = nil) throws -> LaboratoryLibrary {
    try LaboratoryLibrary(besideProgram: build + "/marginalia", store: store ?? self.store)
  }
}

@Suite("The laboratory's digest")
struct LaboratoryTests {
  @Test("needs a program that was linked after the modules in it, whatever was compiled since of others")
  func programs() throws {
    let package = try BuiltPackage()
    let program = package.build + "/marginalia"
    try package.write("program", to: ".build/release/marginalia", age: 400)
    try package.write(
      "\(package.build)/Losses.build/MarginLoss.swift.o\n",
      to: ".build/release/marginalia.product/Objects.LinkFileList"
    )
    try package.write("of the library alone", to: ".build/release/Laboratory.build/L.swift.o", age: 100)
    try package.link("bytes of a second link", age: 50)
    try package.library().check(program: program)
    try package.write("newer", to: ".build/release/Losses.build/MarginLoss.swift.o", age: 100)
    let library = try package.library()
    #expect(throws: EngineError.staleLaboratory(library: program)) { try library.check(program: program) }
  }

  @Test("is that of the sources: a link with other bytes changes nothing, a changed source does")
  func ofSources() throws {
    let package = try BuiltPackage()
    let first = try package.digest()
    try package.link("bytes of a second link", age: 400)
    #expect(try package.digest() == first)
    try package.write("an editor's copy", to: "Sources/Losses/.MarginLoss.swift.swp", age: 0)
    #expect(try package.digest() == first)

    try package.write("int kernel = 1;", to: "Sources/CKernels/kernel.c", age: 300)
    try package.link("bytes of a third link", age: 200)
    let second = try package.digest()
    #expect(second != first)
    try package.write("// other settings", to: "Package.swift", age: 100)
    #expect(try package.digest() != second)
  }

  @Test(
    "is that of sources that were compiled again without any change of the objects, and so not linked again"
  )
  func unchangedObjects() throws {
    let package = try BuiltPackage()
    try package.write("let margin = 280.0  // a comment", to: "Sources/Losses/MarginLoss.swift", age: 100)
    try package.write("int kernel; // a comment", to: "Sources/CKernels/kernel.c", age: 100)
    #expect(throws: EngineError.self) { try package.digest() }
    try package.write("", to: ".build/release/Losses.build/Losses.d", age: 50)
    #expect(throws: EngineError.self) { try package.digest() }
    try package.write("", to: ".build/release/CKernels.build/kernel.c.d", age: 50)
    _ = try package.digest()
    // A compilation that fails removes the file; one that changes an object must be followed by a link.
    let other = try Store(folder: package.folder + "/other")
    try package.write("", to: ".build/release/Losses.build/MarginLoss.swift.o", age: 50)
    #expect(throws: EngineError.self) { try package.digest(store: other) }
    try package.link("bytes of a second link", age: 40)
    _ = try package.digest(store: other)
  }

  @Test("is refused where a source is younger than the library, seen before or not")
  func stale() throws {
    let package = try BuiltPackage()
    let first = try package.digest()
    // The clock was set back: by its date the source is older than the library.
    try package.write("let margin = 0.0", to: "Sources/Losses/MarginLoss.swift", age: 2_000)
    let library = package.folder + "/.build/release/libLaboratory.so"
    #expect(throws: EngineError.staleLaboratory(library: library)) { try package.digest() }
    try package.write("let margin = 280.0", to: "Sources/Losses/MarginLoss.swift", age: 0)
    #expect(try package.digest() == first, "the same text again is no change")

    let other = try Store(folder: package.folder + "/other")
    #expect(throws: EngineError.staleLaboratory(library: library)) { try package.digest(store: other) }
  }

  @Test(
    "of training is that of the modules that a model depends on: a change of an evaluation keeps every model"
  )
  func ofTraining() throws {
    let package = try BuiltPackage()
    try package.add("Benchmarks", "let folds = 10")
    let first = try package.library()
    try package.add("Benchmarks", "let folds = 5", age: 450)
    try package.link("bytes of a second link", age: 400)
    let evaluation = try package.library()
    #expect(evaluation.digest != first.digest && evaluation.trainingDigest == first.trainingDigest)
    try package.write("let margin = 100.0", to: "Sources/Losses/MarginLoss.swift", age: 350)
    try package.link("bytes of a third link", age: 300)
    let training = try package.library()
    #expect(training.digest != evaluation.digest && training.trainingDigest != evaluation.trainingDigest)
    // Of a module that nobody has sorted yet, a model is taken to depend.
    try package.add("Unsorted", "let decay = 0.9", age: 250)
    try package.link("bytes of a fourth link", age: 200)
    #expect(try package.library().trainingDigest != training.trainingDigest)
    #expect(
      try package.library().trainingDigest
        == package.library(store: Store(folder: package.folder + "/other")).trainingDigest
    )
  }

  @Test("of training leaves out only modules that no module of training imports")
  func trainingImports() throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
    let imports = /(?m)^(?:(?:public|package|internal|private|@testable) )*import (\w+)/
    var pending = ["Training"]
    var reached: Set<String> = []
    while let module = pending.popLast() {
      guard reached.insert(module).inserted else { continue }
      let folder = sources.appending(path: module)
      for case let file as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        ?? .init()
      where file.pathExtension == "swift" {
        let names = try String(contentsOf: file, encoding: .utf8).matches(of: imports).map { String($0.1) }
        pending += names.filter { FileManager.default.fileExists(atPath: sources.appending(path: $0).path) }
      }
    }
    #expect(reached.isSuperset(of: ["Tensors", "Networks", "Losses", "Faces", "CKernels", "Digests"]))
    #expect(reached.isDisjoint(with: LaboratorySources.withoutTraining))
  }

  @Test("is refused where the linker's list or a module's sources are missing")
  func missing() throws {
    let package = try BuiltPackage()
    try FileManager.default.removeItem(atPath: package.folder + "/Sources/Losses")
    #expect(throws: EngineError.noLaboratory(package.folder + "/Sources/Losses")) { try package.digest() }
  }
}

@Suite("An installation")
struct InstallationTests {
  private let package: BuiltPackage
  private let toolchain: Toolchain
  private let prefix: String
  private var folder: String { prefix + "/lib/marginalia" }

  init() throws {
    package = try BuiltPackage()
    prefix = package.folder + "/prefix"
    toolchain = try Toolchain(path: ProcessInfo.processInfo.environment["PATH"] ?? "")
  }

  private func install() throws {
    try Installation(prefix: prefix, version: "1.2.3").install(package.library(), toolchain: toolchain)
  }

  private func installed(store: Store? = nil) throws -> LaboratoryLibrary {
    try LaboratoryLibrary(besideProgram: folder + "/marginalia", store: store)
  }

  @Test("holds the program, the linked modules and their C modules, and keeps the digest of the sources")
  func contents() throws {
    try install()
    let files = try FileManager.default.subpathsOfDirectory(atPath: prefix).sorted().filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(prefix)/\($0)", isDirectory: &isFolder)
        && !isFolder.boolValue
    }
    let inFolder = [
      "CModules/CKernels/kernels.h", "CModules/CKernels/module.modulemap",
      "CModules/COpenBLAS/module.modulemap",
      "Modules/Laboratory.swiftmodule", "Modules/Losses.swiftmodule", "installation.json", "libLaboratory.so",
      "marginalia",
    ]
    #expect(files == ["bin/marginalia"] + inFolder.map { "lib/marginalia/\($0)" })
    #expect(try String(contentsOfFile: prefix + "/bin/marginalia", encoding: .utf8) == "program")
    let digest = try package.digest()
    try FileManager.default.removeItem(atPath: package.folder + "/Sources")
    try FileManager.default.removeItem(atPath: package.folder + "/.build")
    let laboratory = try installed()
    #expect(laboratory.digest == digest)
    #expect(laboratory.moduleMaps.allSatisfy { $0.hasPrefix(folder) } && laboratory.moduleMaps.count == 2)
    try laboratory.check(toolchain)
  }

  @Test("takes the Swift run-time libraries along that this process has loaded")
  func runtime() throws {
    try Installation(prefix: prefix, version: "1.2.3", includesRuntime: true)
      .install(package.library(), toolchain: toolchain)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(files.contains("libswiftCore.so") && files.contains("libFoundation.so"), "\(files)")
  }

  @Test("replaces an earlier one, and nothing else")
  func replaces() throws {
    try install()
    try package.link("bytes of a second link", age: 400)
    try install()
    #expect(
      try String(contentsOfFile: folder + "/libLaboratory.so", encoding: .utf8) == "bytes of a second link"
    )
    #expect(try FileManager.default.contentsOfDirectory(atPath: prefix + "/lib") == ["marginalia"])
    try FileManager.default.removeItem(atPath: folder + "/installation.json")
    #expect(throws: EngineError.occupied(folder)) { try install() }
  }

  @Test("is refused with another library, and with another compiler")
  func damaged() throws {
    try install()
    let store = try Store(folder: package.folder + "/store")
    _ = try installed(store: store)
    try Data("other bytes".utf8).write(to: URL(fileURLWithPath: folder + "/libLaboratory.so"))
    let error = EngineError.damagedInstallation(folder + "/libLaboratory.so")
    #expect(throws: error) { try installed(store: store) }
    #expect(throws: error) { try installed() }

    try install()
    var other = toolchain
    other.version = "Swift version 5.0"
    #expect(throws: EngineError.self) { try installed().check(other) }
  }
}
