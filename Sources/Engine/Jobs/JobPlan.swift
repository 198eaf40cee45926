internal import Digests
internal import Files
package import Foundation

/// The jobs of a book's chapters, each once, in the order in which they can be executed.
package struct JobPlan: Sendable {
  /// A job: a line of a job file. The engine reads who needs whom; the rest is for `marginalia train`.
  package struct Job: Hashable, Sendable {
    /// The key of what it makes.
    package var key: String
    /// What it makes, for people.
    package var title: String
    /// The name of the file that it makes in the laboratory's folder.
    package var file: String
    /// The number of jobs in the plan that must be executed before it, one after another.
    package var level: Int
    fileprivate var line: Data
  }

  /// Jobs of one level, as successive lines of the job file.
  package struct Part: Hashable {
    package var level: Int
    package var first: Int
    package var count: Int

    package init(level: Int, first: Int, count: Int) {
      self.level = level
      self.first = first
      self.count = count
    }
  }

  private struct Fields: Decodable {
    var key: String
    var title: String
    var file: String
    var needs: [String]
  }

  /// The jobs, by ascending level.
  package private(set) var jobs: [Job] = []
  private var levels: [String: Int] = [:]

  package init() {}

  /// Adds the jobs of a file that a chapter wrote; a job comes after those that it needs.
  ///
  /// - Returns: the keys of the jobs; `nil` where there is no file.
  /// - Throws: `EngineError.jobs` where a line is not a job.
  package mutating func add(contentsOf path: String) throws(EngineError) -> [String]? {
    guard let data = try AtomicFile.read(path) else { return nil }
    let decoder = JSONDecoder()
    var keys: [String] = []
    for line in data.lines {
      guard let fields = try? decoder.decode(Fields.self, from: line),
        Digest(hex: fields.key) != nil
      else { throw .jobs("'\(path)' has a line that is not a job") }
      keys.append(fields.key)
      guard levels[fields.key] == nil else { continue }
      let level = fields.needs.compactMap { levels[$0] }.max().map { $0 + 1 } ?? 0
      levels[fields.key] = level
      jobs.append(Job(key: fields.key, title: fields.title, file: fields.file, level: level, line: line))
    }
    return keys
  }

  /// Adds the jobs of another plan.
  package mutating func add(_ other: JobPlan) {
    for job in other.jobs where levels[job.key] == nil {
      levels[job.key] = job.level
      jobs.append(job)
    }
  }

  /// Sorts the jobs by level, without changing the order within one.
  package mutating func sort() {
    jobs = jobs.enumerated().sorted { ($0.element.level, $0.offset) < ($1.element.level, $1.offset) }.map(
      \.element
    )
  }

  /// The job file.
  package var file: Data {
    var file = Data()
    for job in jobs {
      file.append(job.line)
      file.append(10)
    }
    return file
  }

  /// Splits the sorted jobs into parts of one level.
  ///
  /// - Parameter limit: the most jobs in a part.
  package func parts(ofAtMost limit: Int) -> [Part] {
    var parts: [Part] = []
    for (index, job) in jobs.enumerated() {
      if let last = parts.last, last.level == job.level, last.count < limit {
        parts[parts.count - 1].count += 1
      } else {
        parts.append(Part(level: job.level, first: index, count: 1))
      }
    }
    return parts
  }
}
