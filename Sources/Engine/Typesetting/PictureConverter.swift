package import Foundation

/// Converts drawings in SVG to PNG or PDF by `rsvg-convert`.
package struct PictureConverter: Sendable {
  private let program: ConfinedProgram

  /// The program, and the Debian package that has it.
  package static let name = "rsvg-convert"
  package static let package = "librsvg2-bin"

  /// Finds the program in a list of folders such as `PATH`.
  package init?(path: String) {
    guard var program = ConfinedProgram(Self.name, path: path) else { return nil }
    program.grants = ["/etc/fonts", "/var/cache/fontconfig"].map { .init(path: $0, rights: .read) }
    self.program = program
  }

  /// Returns a drawing in another format.
  ///
  /// - Parameters:
  ///   - ending: `png`, of two pixels for each of CSS, or `pdf`.
  ///   - date: seconds since 1970, for formats that hold a date.
  package func convert(_ svg: [UInt8], to ending: String, date: Int) throws(EngineError) -> Data {
    let arguments = [
      "--format=\(ending)", "--zoom=\(ending == "png" ? 2 : 1)", "--output=output", "drawing.svg",
    ]
    do {
      let answer = try program.run(
        arguments,
        files: ["drawing.svg": Data(svg)],
        environment: ["SOURCE_DATE_EPOCH": "\(date)"]
      )
      return ending == "pdf" ? PDFDates.set(in: answer.output, to: date) : answer.output
    } catch { throw error.engineError(of: Self.name) }
  }
}

extension ConfinedProgram.Failure {
  /// The failure as an error that ends a command.
  package func engineError(of program: String) -> EngineError {
    switch self {
    case .timeout(let seconds): .timedOut(program: program, seconds: seconds)
    case .refused(let messages):
      .refused(
        program: program,
        reason: String(messages.suffix(2000)).trimmingCharacters(in: .whitespacesAndNewlines)
      )
    case .notStarted(let reason): .refused(program: program, reason: reason)
    }
  }
}

/// The dates in a PDF's information, which its writer takes from the clock.
enum PDFDates {
  /// Writes one date in place of each; no byte moves, so that the file's table of places stays right.
  static func set(in file: Data, to date: Int) -> Data {
    var time = time_t(date)
    var parts = tm()
    gmtime_r(&time, &parts)
    let digits = Array(
      String(
        format: "%04d%02d%02d%02d%02d%02d",
        parts.tm_year + 1900,
        parts.tm_mon + 1,
        parts.tm_mday,
        parts.tm_hour,
        parts.tm_min,
        parts.tm_sec
      ).utf8
    )
    var bytes = file
    for name in ["/CreationDate (D:", "/ModDate (D:"] {
      var start = bytes.startIndex
      while let found = bytes.range(of: Data(name.utf8), in: start..<bytes.endIndex) {
        start = found.upperBound
        guard bytes.distance(from: start, to: bytes.endIndex) >= digits.count else { break }
        let place = start..<start + digits.count
        if bytes[place].allSatisfy({ (48...57).contains($0) }) { bytes.replaceSubrange(place, with: digits) }
      }
    }
    return bytes
  }
}
