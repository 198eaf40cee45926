package import Foundation

/// Chromium, which prints a page as a tagged PDF with an outline.
///
/// It is confined as pandoc is. Its own sandbox stays on, except for the superuser, for whom Chromium has none.
package struct Browser: Sendable {
  private let program: ConfinedProgram
  private let name: String

  /// The Debian package that has it.
  package static let package = "chromium"

  /// Finds Chromium or Chrome in a list of folders such as `PATH`.
  package init?(path: String) {
    let found = ["chromium", "chromium-browser", "google-chrome"].lazy.compactMap { name in
      ConfinedProgram(name, path: path).map { (name, $0) }
    }.first
    guard let (name, found) = found else { return nil }
    var program = found
    program.grants =
      ["/etc", "/sys", "/run", "/var/cache/fontconfig"].map { .init(path: $0, rights: .read) } + [
        .init(path: "/bin", rights: [.read, .execute]), .init(path: "/usr/bin", rights: [.read, .execute]),
        .init(path: "/opt", rights: [.read, .execute]), .init(path: "/dev", rights: [.read, .write]),
      ]
    // It reserves address space for each page.
    program.memoryLimit = 0
    program.timeLimit = 180
    self.program = program
    self.name = name
  }

  /// Prints a page that needs no other file.
  ///
  /// - Parameter date: seconds since 1970, the date in the file.
  package func pdf(_ page: [UInt8], date: Int) throws(EngineError) -> Data {
    let arguments = [
      "--headless", "--disable-gpu", "--user-data-dir=profile", "--no-first-run", "--disable-extensions",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--disable-crash-reporter",
      "--disable-breakpad", "--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer",
      "--generate-pdf-document-outline", "--export-tagged-pdf", "--print-to-pdf=output", "page.html",
    ]
    do {
      let answer = try program.run(
        (geteuid() == 0 ? ["--no-sandbox"] : []) + arguments,
        files: ["page.html": Data(page)]
      )
      return PDFDates.set(in: answer.output, to: date)
    } catch { throw error.engineError(of: name) }
  }
}
