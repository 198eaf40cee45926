internal import Foundation

/// The Swift runtime's report of a crash: its reason and the frames in the chapter.
struct CrashReport {
  /// For example "Illegal instruction".
  var description: String
  /// The frames of the crashed thread that lie in the chapter, innermost first.
  var frames: [Frame]

  /// A frame with its place in the chapter.
  struct Frame: Hashable {
    var symbol: String
    var line: Int
  }

  /// Reads a report; `nil` where there is none or it is not whole.
  init?(contentsOf path: String, chapter file: String) {
    guard let data = FileManager.default.contents(atPath: path),
      let report = try? JSONDecoder().decode(Report.self, from: data)
    else { return nil }
    description = report.description ?? "crash"
    let thread = report.threads.first { $0.crashed == true } ?? report.threads.first
    frames = (thread?.frames ?? []).compactMap { frame in
      guard let place = frame.sourceLocation, place.file == file || place.file.hasSuffix("/" + file)
      else { return nil }
      return Frame(symbol: frame.description ?? "", line: place.line)
    }
  }

  private struct Report: Decodable {
    var description: String?
    var threads: [Thread]
  }

  private struct Thread: Decodable {
    var crashed: Bool?
    var frames: [Call]
  }

  private struct Call: Decodable {
    var description: String?
    var sourceLocation: Place?
  }

  private struct Place: Decodable {
    var file: String
    var line: Int
  }
}
