internal import Digests
package import Foundation

/// The ranks (processes, on one machine or several) that share the distractors of a gallery.
///
/// Messages from one rank to another arrive in the order in which they were sent. One thread at a time calls this.
package protocol GalleryRanks: AnyObject {
  /// The number of this process, in `0..<rankCount`.
  var rank: Int { get }
  var rankCount: Int { get }
  /// The name of this process's machine.
  var host: String { get }

  /// Sends a message without waiting for the receiver.
  ///
  /// - Throws: where the ranks cannot go on.
  func send(_ message: Data, to rank: Int) throws
  /// Waits for the next message of a rank.
  ///
  /// - Throws: where it does not come.
  func receive(from rank: Int) throws -> Data
  /// Sets what is said where this process is ended because another one is gone.
  func note(_ text: String)
}

/// What must be equal on all ranks, by name.
package struct RankField: Codable, Sendable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// The end of an evaluation that all ranks know of, so that each can end in order.
package struct RanksEnded: Error {
  /// The error; `nil` where another rank reports it.
  package var error: (any Error)?
}

/// An error of one rank, with its number and machine.
package struct RankError: Error, CustomStringConvertible {
  package var description: String
}

/// What ranks tell each other: whether they agree, that they are alive, and what they counted.
package struct RankMessages {
  let ranks: any GalleryRanks

  package init(ranks: any GalleryRanks) { self.ranks = ranks }

  /// The first byte of a message.
  private enum Kind: UInt8 { case statement, verdict, alive, counts, failure }

  private struct Statement: Codable {
    var host: String
    var fields: [RankField] = []
    var problem: String?
  }

  private var others: Range<Int> { 1..<ranks.rankCount }
  private var name: String { "rank \(ranks.rank) on \(ranks.host)" }

  /// Prepares an evaluation on every rank and compares what must be equal.
  ///
  /// - Returns: what was prepared.
  /// - Throws: `RanksEnded` on every rank where one cannot prepare, or differs from rank 0; rank 0 reports it.
  func agree<Value>(on prepare: () throws -> (Value, [RankField])) throws -> Value {
    let own = Result { try prepare() }
    var statement = Statement(host: ranks.host)
    switch own {
    case .success(let (_, fields)): statement.fields = fields
    case .failure(let error): statement.problem = "\(error)"
    }
    guard ranks.rank == 0 else {
      try send(.statement, JSONEncoder().encode(statement), to: 0)
      guard try receive(from: 0).body.isEmpty, case .success(let (value, _)) = own else {
        throw RanksEnded(error: nil)
      }
      return value
    }
    var problem: (any Error)?
    if case .failure(let error) = own { problem = error }
    for rank in others {
      let answer = try receive(from: rank).body
      guard let other = try? JSONDecoder().decode(Statement.self, from: answer) else {
        problem =
          problem
          ?? RankError(
            description: "rank \(rank) answers in another form: start the same marginalia on every machine"
          )
        continue
      }
      problem = problem ?? Self.difference(statement, other, rank)
    }
    try tellOthers(.verdict, problem.map { "\($0)" } ?? "")
    if let problem { throw RanksEnded(error: problem) }
    return try own.get().0
  }

  private static func difference(_ first: Statement, _ other: Statement, _ rank: Int) -> RankError? {
    if let problem = other.problem {
      return RankError(description: "rank \(rank) on \(other.host): \(problem)")
    }
    for (field, found) in zip(first.fields, other.fields) where field.value != found.value {
      return RankError(
        description:
          "rank \(rank) on \(other.host) has the \(field.name) \(found.value), rank 0 on \(first.host) has"
          + " \(field.value): all ranks need the same"
      )
    }
    return nil
  }

  /// Compares a file that ranks read in parts. Ranks with the same file (inode, size and time of its last change) need not
  /// read it; where a rank has another one, all compute its digest.
  ///
  /// - Throws: `RanksEnded` on every rank where a file differs.
  package func agreeOnFile(_ path: String) throws {
    let path = fileOfArray(path)
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    let own = "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
    let areCopies: Bool
    if ranks.rank == 0 {
      let found = try others.map { String(decoding: try receive(from: $0).body, as: UTF8.self) }
      areCopies = found.contains { $0 != own }
      try tellOthers(.verdict, areCopies ? "copies" : "")
    } else {
      try send(.statement, Data(own.utf8), to: 0)
      areCopies = try !receive(from: 0).body.isEmpty
    }
    guard areCopies else { return }
    try agree { ((), [RankField("content of the distractors", try Digest(ofFileAt: path).hex)]) }
  }

  /// Tells all ranks what rank 0 alone finds out.
  func tell(_ find: () throws -> Bool) throws -> Bool {
    guard ranks.rank == 0 else { return try !receive(from: 0).body.isEmpty }
    let isSo = try find()
    try tellOthers(.verdict, isSo ? "yes" : "")
    return isSo
  }

  /// Tells those who wait for this rank that it goes on.
  func tellAlive() throws {
    if ranks.rank == 0 { try tellOthers(.alive, "") } else { try send(.alive, Data(), to: 0) }
  }

  /// Counts on every rank and adds all counts on rank 0.
  ///
  /// - Returns: the sums, one for each of the lists' places; `nil` on the other ranks.
  /// - Throws: where a rank cannot count: its own error there, at once, and `RanksEnded` on rank 0.
  func sum(_ count: () throws -> [GalleryCounts]) throws -> [GalleryCounts]? {
    var sums: [GalleryCounts]
    do { sums = try count() } catch {
      let named = RankError(description: "\(name): \(error)")
      if ranks.rank == 0 {
        try tellOthers(.verdict, named.description)
      } else {
        try send(.failure, Data(named.description.utf8), to: 0)
      }
      throw named
    }
    ranks.note("ended while it waited for other ranks to count, since one is gone")
    guard ranks.rank == 0 else {
      for counts in sums { try send(.counts, counts.data, to: 0) }
      // While other ranks count.
      while true {
        let (kind, body) = try receive(from: 0)
        if kind == .alive { continue }
        guard kind == .verdict, body.isEmpty else { throw RanksEnded(error: nil) }
        return nil
      }
    }
    for rank in others {
      var received = 0
      while received < sums.count {
        let (kind, body) = try receive(from: rank)
        switch kind {
        case .alive: try tellAlive()
        case .counts:
          try sums[received].add(body)
          received += 1
        case .failure, .statement, .verdict:
          try tellOthers(.verdict, String(decoding: body, as: UTF8.self))
          throw RanksEnded(error: nil)
        }
      }
    }
    try tellOthers(.verdict, "")
    return sums
  }

  private func tellOthers(_ kind: Kind, _ text: String) throws {
    for rank in others { try send(kind, Data(text.utf8), to: rank) }
  }

  private func send(_ kind: Kind, _ body: Data, to rank: Int) throws {
    try ranks.send(Data([kind.rawValue]) + body, to: rank)
  }

  private func receive(from rank: Int) throws -> (kind: Kind, body: Data) {
    let message = try ranks.receive(from: rank)
    guard let first = message.first, let kind = Kind(rawValue: first) else {
      throw RankError(description: "\(name) has an unknown message from rank \(rank)")
    }
    return (kind, message.dropFirst())
  }
}
