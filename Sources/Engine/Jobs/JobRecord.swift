package import Foundation

/// What became of a job: written by the process that executed it, read by the render that planned it.
package struct JobRecord: Codable, Hashable, Sendable {
  package enum Outcome: String, Codable, Sendable {
    /// What it makes was in the store already.
    case present
    case made
    case failed
  }

  /// The key of what it makes.
  package var key: String
  /// What it makes, for people.
  package var title: String
  /// The number of the job in its file, from 0.
  package var element: Int
  package var outcome = Outcome.present
  /// Why it failed; else empty.
  package var message = ""
  package var host = ProcessInfo.processInfo.hostName
  /// The end, as ISO 8601.
  package var date = ""
  package var seconds = 0.0

  package init(key: String, title: String, element: Int) {
    (self.key, self.title, self.element) = (key, title, element)
  }

  /// Reads a record; nil where there is none that is whole.
  init?(from path: String) {
    guard let data = try? AtomicFile.read(path),
      let record = try? JSONDecoder().decode(JobRecord.self, from: data)
    else { return nil }
    self = record
  }

  /// The record as JSON, dated now.
  package var data: Data {
    var record = self
    record.date = Date().formatted(.iso8601)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Texts and finite numbers always have a JSON form.
    return (try? encoder.encode(record)) ?? Data()
  }
}
