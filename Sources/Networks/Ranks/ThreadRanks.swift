internal import Foundation

/// Ranks that are threads of one process and exchange messages through its memory: to test what ranks compute, and to count the
/// bytes that they would send.
///
/// ```swift
/// let results = ThreadRanks.run(4) { communicator in train(by: communicator) }
/// ```
package final class ThreadRanks: Communicator {
  package let rank: Int
  package let rankCount: Int
  package let host: String
  package private(set) var sentByteCount = 0
  private let mail: Mail
  private var receipts: [(buffer: UnsafeMutableRawBufferPointer, letter: Letter, isDone: Bool)] = []
  /// How many messages of each rank and channel have been asked for.
  private var asked: [Address: Int] = [:]

  private struct Address: Hashable {
    var from: Int
    var to: Int
    var channel: Channel
  }

  private struct Letter: Hashable {
    var address: Address
    var number: Int
  }

  /// The messages on their way. Unchecked: all state is used only while the condition's lock is held.
  private final class Mail: @unchecked Sendable {
    let condition = NSCondition()
    var letters: [Letter: [UInt8]] = [:]
    var sent: [Address: Int] = [:]
    var failure: String?
  }

  private init(_ rank: Int, of rankCount: Int, _ mail: Mail) {
    self.rank = rank
    self.rankCount = rankCount
    self.mail = mail
    host = "thread-\(rank)"
  }

  /// Calls the body on a thread of its own for each rank, and returns the results in the order of the ranks.
  package static func run<Value: Sendable>(
    _ rankCount: Int,
    _ body: @escaping @Sendable (any Communicator) throws -> Value
  ) -> [Result<Value, any Error>] {
    let (mail, results) = (Mail(), Results<Value>())
    let threads = (0..<rankCount).map { rank in
      Thread {
        let result = Result { try body(ThreadRanks(rank, of: rankCount, mail)) }
        results.set(result, of: rank)
      }
    }
    for thread in threads {
      thread.stackSize = 8 << 20
      thread.start()
    }
    return results.wait(for: rankCount)
  }

  /// Unchecked: all state is used only while the condition's lock is held.
  private final class Results<Value>: @unchecked Sendable {
    private let condition = NSCondition()
    private var values: [Int: Result<Value, any Error>] = [:]

    func set(_ value: Result<Value, any Error>, of rank: Int) {
      condition.withLock {
        values[rank] = value
        condition.broadcast()
      }
    }

    func wait(for count: Int) -> [Result<Value, any Error>] {
      condition.withLock {
        while values.count < count { condition.wait() }
        return values.sorted { $0.key < $1.key }.map(\.value)
      }
    }
  }

  package var failure: String? { mail.condition.withLock { mail.failure } }

  package func fail(_ reason: String) {
    mail.condition.withLock {
      if mail.failure == nil { mail.failure = reason }
      mail.condition.broadcast()
    }
  }

  package func send(_ message: UnsafeRawBufferPointer, to other: Int, _ channel: Channel) {
    sentByteCount += message.count
    mail.condition.withLock {
      let address = Address(from: rank, to: other, channel: channel)
      mail.letters[Letter(address: address, number: mail.sent[address, default: 0])] = Array(message)
      mail.sent[address, default: 0] += 1
      mail.condition.broadcast()
    }
  }

  package func receive(_ message: UnsafeMutableRawBufferPointer, from other: Int, _ channel: Channel) {
    finish(beginReceiving(message, from: other, channel))
  }

  package func beginReceiving(
    _ message: UnsafeMutableRawBufferPointer,
    from other: Int,
    _ channel: Channel
  ) -> Int {
    let address = Address(from: other, to: rank, channel: channel)
    receipts.append((message, Letter(address: address, number: asked[address, default: 0]), false))
    asked[address, default: 0] += 1
    return receipts.count - 1
  }

  package func isFinished(_ receipt: Int) -> Bool {
    if receipts[receipt].isDone { return true }
    return mail.condition.withLock { mail.letters[receipts[receipt].letter] != nil }
  }

  package func finish(_ receipt: Int) {
    guard !receipts[receipt].isDone else { return }
    let (buffer, letter, _) = receipts[receipt]
    mail.condition.withLock {
      while mail.letters[letter] == nil, mail.failure == nil { mail.condition.wait() }
      guard let bytes = mail.letters.removeValue(forKey: letter) else { return }
      precondition(bytes.count == buffer.count, "a message of \(bytes.count) bytes, not \(buffer.count)")
      buffer.copyBytes(from: bytes)
    }
    receipts[receipt].isDone = true
  }
}
