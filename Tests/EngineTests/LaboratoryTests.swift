internal import Engine
internal import Foundation
internal import Testing

/// A package that looks as if SwiftPM had built its laboratory.
private final class BuiltPackage {
  let folder = NSTemporaryDirectory() + "marginalia-package-" + UUID().uuidString
  let store: Store
  private var build: String { folder + "/.build/release" }

  init() throws {
    store = try Store(folder: folder + "/.marginalia")
    try write("// settings", to: "Package.swift")
    try write("module COpenBLAS {}", to: "Sources/COpenBLAS/module.modulemap")
    try write("let margin = 280.0", to: "Sources/Losses/MarginLoss.swift")
    try write("int kernel;", to: "Sources/CKernels/kernel.c")
    try write("", to: ".build/release/Modules/Laboratory.swiftmodule")
    try write(
      ["Losses.build/MarginLoss.swift.o", "CKernels.build/kernel.c.o"].map { "\(build)/\($0)\n" }.joined(),
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

  func digest(store: Store? = nil) throws -> String {
    try LaboratoryLibrary(besideProgram: build + "/marginalia", store: store ?? self.store).digest
  }
}

@Suite("The laboratory's digest")
struct LaboratoryTests {
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

  @Test("is refused where the linker's list or a module's sources are missing")
  func missing() throws {
    let package = try BuiltPackage()
    try FileManager.default.removeItem(atPath: package.folder + "/Sources/Losses")
    #expect(throws: EngineError.noLaboratory(package.folder + "/Sources/Losses")) { try package.digest() }
  }
}
