internal import Networks

/// A rank without others: it sends nothing, receives nothing, and counts what would be on the way. It computes its own share of a
/// batch as a rank would, but from undefined sums: for measurements of time and traffic.
final class SilentRank: Communicator {
  /// Messages in one direction on one channel.
  struct Traffic {
    var count = 0
    var bytes = 0
  }

  let rank: Int
  let rankCount: Int
  let host = "nowhere"
  let failure: String? = nil
  private(set) var sent: [Channel: Traffic] = [:]
  private(set) var received: [Channel: Traffic] = [:]
  var sentByteCount: Int { sent.values.reduce(0) { $0 + $1.bytes } }

  init(_ rank: Int, of rankCount: Int) {
    self.rank = rank
    self.rankCount = rankCount
  }

  /// Counts from 0 again.
  func reset() { (sent, received) = ([:], [:]) }

  func send(_ message: UnsafeRawBufferPointer, to rank: Int, _ channel: Channel) {
    sent[channel, default: Traffic()].count += 1
    sent[channel, default: Traffic()].bytes += message.count
  }

  func receive(_ message: UnsafeMutableRawBufferPointer, from rank: Int, _ channel: Channel) {
    received[channel, default: Traffic()].count += 1
    received[channel, default: Traffic()].bytes += message.count
  }

  func beginReceiving(_ message: UnsafeMutableRawBufferPointer, from rank: Int, _ channel: Channel) -> Int {
    receive(message, from: rank, channel)
    return 0
  }

  func isFinished(_ receipt: Int) -> Bool { true }
  func finish(_ receipt: Int) {}
  func fail(_ reason: String) {}
}
