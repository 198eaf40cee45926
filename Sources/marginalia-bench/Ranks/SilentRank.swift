internal import Networks
internal import Tensors

/// A rank without others: it sends nothing, receives nothing, and counts what would be on the way. It computes its own share of a
/// batch as a rank would, but from undefined sums: for measurements of time and traffic.
final class SilentRank: Communicator {
  /// Messages in one direction on one channel.
  struct Traffic {
    var count = 0
    var bytes = 0
  }

  /// What a rank asks of another one, or waits for.
  struct Event {
    enum Kind {
      case ask(Channel, bytes: Int, receipt: Int)
      case wait(receipt: Int)
    }

    var kind: Kind
    /// How many parallel regions of the trace had ended before.
    var regionCount: Int
  }

  let rank: Int
  let rankCount: Int
  let host = "nowhere"
  let failure: String? = nil
  private(set) var sent: [Channel: Traffic] = [:]
  private(set) var received: [Channel: Traffic] = [:]
  private var events: [Event] = []
  private var receiptCount = 0
  var sentByteCount: Int { sent.values.reduce(0) { $0 + $1.bytes } }

  init(_ rank: Int, of rankCount: Int) {
    self.rank = rank
    self.rankCount = rankCount
  }

  /// Counts from 0 again.
  func reset() { (sent, received, events) = ([:], [:], []) }

  /// The events since the last call or `reset`.
  func takeEvents() -> [Event] {
    defer { events = [] }
    return events
  }

  private func note(_ kind: Event.Kind) {
    events.append(Event(kind: kind, regionCount: Parallel.trace?.regions.count ?? 0))
  }

  func send(_ message: UnsafeRawBufferPointer, to rank: Int, _ channel: Channel) {
    sent[channel, default: Traffic()].count += 1
    sent[channel, default: Traffic()].bytes += message.count
  }

  func receive(_ message: UnsafeMutableRawBufferPointer, from rank: Int, _ channel: Channel) {
    finish(beginReceiving(message, from: rank, channel))
  }

  func beginReceiving(_ message: UnsafeMutableRawBufferPointer, from rank: Int, _ channel: Channel) -> Int {
    received[channel, default: Traffic()].count += 1
    received[channel, default: Traffic()].bytes += message.count
    receiptCount += 1
    note(.ask(channel, bytes: message.count, receipt: receiptCount))
    return receiptCount
  }

  func isFinished(_ receipt: Int) -> Bool { true }
  func finish(_ receipt: Int) { note(.wait(receipt: receipt)) }
  func fail(_ reason: String) {}
}
