internal import Foundation

/// A plan's folder in the store, which its executor and the processes of its jobs share.
///
/// ```
/// jobs.jsonl              the jobs, a line each
/// logs/                   what the processes of the jobs printed
/// records/<line>.json     what became of each job: see `JobRecord`
/// ```
extension JobPlan {
  /// The name of the job file.
  static let file = "jobs.jsonl"

  /// Returns the record of a job in the plan's folder.
  static func record(ofJob job: Int) -> String { "records/\(job).json" }

  /// Returns a new folder of a store for a plan.
  static func folder(_ name: String, in store: Store) -> String {
    let date = Date().formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
    return "\(store.jobs)/\(date)-\(name)"
  }

  /// Returns a name that no other plan has.
  static func newName() -> String { "marginalia-" + String(UInt32.random(in: 0 ... .max), radix: 36) }

  /// Makes the plan's folder.
  func write(into folder: String) throws(EngineError) {
    for name in ["logs", "records"] { try AtomicFile.makeFolder("\(folder)/\(name)") }
    try AtomicFile.write(file, to: "\(folder)/\(Self.file)")
  }

  /// Why jobs failed, by their keys.
  ///
  /// - Parameter log: returns the log of a job in the plan's folder.
  func failures(in folder: String, of store: Store, log: (Int) -> String) -> [String: String] {
    var failures: [String: String] = [:]
    // Files of other machines may become visible late on a network file system; a listing brings them up to date.
    for attempt in 0..<20 {
      let made = Set(Self.names(in: store.checkpoints))
      let records = Set(Self.names(in: folder + "/records"))
      failures = [:]
      // What its own process says of a failure does not change; anything else may be a file that is not visible yet.
      var isSettled = true
      for (index, job) in jobs.enumerated() where !made.contains(job.file) {
        let log = "\(folder)/\(log(index))"
        let record =
          records.contains("\(index).json") ? JobRecord(from: "\(folder)/\(Self.record(ofJob: index))") : nil
        if record?.outcome != .failed { isSettled = false }
        let message: String =
          if let record, record.outcome == .failed {
            " on \(record.host): \(record.message)"
          } else if record != nil {
            ": its process ended well, but the store does not show what it makes"
          } else {
            ": its process was killed or did not start, and \(Self.lastLine(of: log))"
          }
        failures[job.key] = "the job '\(job.title)' failed\(message); its log is \(log)"
      }
      if isSettled || attempt == 19 { break }
      usleep(250_000)
    }
    return failures
  }

  /// The names of the files in a folder; none where it cannot be read.
  static func names(in folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  private static func lastLine(of log: String) -> String {
    let text = (try? AtomicFile.read(log)).map { String(decoding: $0.suffix(4096), as: UTF8.self) } ?? ""
    // A launcher draws rules around what it says.
    let line = text.split(whereSeparator: \.isNewline).last { $0.contains(where: \.isLetter) }
    return line.map { "the log ends with '\($0.prefix(300))'" } ?? "it has printed nothing"
  }
}
