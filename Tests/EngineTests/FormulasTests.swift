internal import Engine
internal import Foundation
internal import Testing

@Suite("Formulas")
struct FormulasTests {
  /// A program in place of `blahtexml` that answers with what it reads, or hangs.
  private func formulas(_ script: String, _ tex: [String], access: Store.Access) throws -> Formulas {
    let workshop = try Workshop()
    let path = workshop.folder + "/programs"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try ("#!/bin/sh\n" + script).write(toFile: path + "/blahtexml", atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path + "/blahtexml")
    return Formulas(tex, store: try Store(folder: workshop.store.folder, access: access), path: ".:" + path)
  }

  @Test("are typeset also where the store is only read", arguments: [Store.Access.write, .read])
  func readOnly(access: Store.Access) throws {
    let made = try formulas("echo \"<markup>$(/bin/cat)</markup>\"\n", ["x^2"], access: access)
    #expect(made.rendered == ["x^2": "x^2"])
    #expect(!made.programIsMissing)
  }

  @Test("that are not understood have the program's message, with its entities replaced")
  func message() throws {
    let script = "echo '<message>The command \"&amp;\" &lt;here&gt; is unknown.</message>'\n"
    let made = try formulas(script, ["&"], access: .write)
    #expect(made.errors.map(\.message) == ["The command \"&\" <here> is unknown."])
  }

  @Test("look for the program in absolute folders only: another could lie in the book")
  func program() { #expect(Formulas.program(path: ".:relative:") == nil) }
}
