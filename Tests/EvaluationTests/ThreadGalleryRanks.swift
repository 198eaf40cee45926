internal import Evaluation
internal import Foundation

/// Ranks that are threads of one process and exchange messages through its memory.
final class ThreadGalleryRanks: GalleryRanks {
  let rank: Int
  let rankCount: Int
  var host: String { "thread-\(rank)" }
  private let mail: Mail

  /// The messages on their way, by sender and receiver. Unchecked: all state is used only while the condition's lock is held.
  private final class Mail: @unchecked Sendable {
    let condition = NSCondition()
    var letters: [[Int]: [Data]] = [:]
    var ended: Set<Int> = []
  }

  struct Gone: Error {
    var rank: Int
  }

  private init(_ rank: Int, of rankCount: Int, _ mail: Mail) {
    self.rank = rank
    self.rankCount = rankCount
    self.mail = mail
  }

  func note(_ text: String) {}

  func send(_ message: Data, to other: Int) throws {
    mail.condition.withLock {
      mail.letters[[rank, other], default: []].append(message)
      mail.condition.broadcast()
    }
  }

  func receive(from other: Int) throws -> Data {
    try mail.condition.withLock {
      while mail.letters[[other, rank], default: []].isEmpty {
        if mail.ended.contains(other) { throw Gone(rank: other) }
        mail.condition.wait()
      }
      return mail.letters[[other, rank], default: []].removeFirst()
    }
  }

  /// Unchecked: all state is used only while the condition's lock is held.
  private final class Results<Value>: @unchecked Sendable {
    let condition = NSCondition()
    var values: [Int: Result<Value, any Error>] = [:]
  }

  /// Calls the body on a thread of its own for each rank, and returns the results in the order of the ranks.
  static func run<Value: Sendable>(
    _ rankCount: Int,
    _ body: @escaping @Sendable (ThreadGalleryRanks) throws -> Value
  ) -> [Result<Value, any Error>] {
    let (mail, results) = (Mail(), Results<Value>())
    for rank in 0..<rankCount {
      let thread = Thread {
        let result = Result { try body(ThreadGalleryRanks(rank, of: rankCount, mail)) }
        mail.condition.withLock {
          mail.ended.insert(rank)
          mail.condition.broadcast()
        }
        results.condition.withLock {
          results.values[rank] = result
          results.condition.broadcast()
        }
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    return results.condition.withLock {
      while results.values.count < rankCount { results.condition.wait() }
      return results.values.sorted { $0.key < $1.key }.map(\.value)
    }
  }
}
