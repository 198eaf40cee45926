/// The transport of messages between the ranks (processes) that train one model together.
///
/// A transport moves bytes and never adds numbers: all sums are computed by the ranks themselves in one fixed order, see
/// ``BatchShare``. Messages from one rank to another arrive in the order in which they were sent, separately for each channel.
/// One thread at a time calls a communicator.
///
/// After the first failure nothing is sent any more and what is received is left as it is, so that a step ends soon; the trainer
/// then throws the failure.
package protocol Communicator: AnyObject {
  /// The number of this process, in `0..<rankCount`.
  var rank: Int { get }
  /// The number of processes.
  var rankCount: Int { get }
  /// The name of this process's machine.
  var host: String { get }
  /// Why the ranks cannot go on, with the rank that is missing; nil while they can.
  var failure: String? { get }
  /// The bytes that this rank has sent.
  var sentByteCount: Int { get }

  /// Sends a copy of a message, without waiting for the receiver.
  func send(_ message: UnsafeRawBufferPointer, to rank: Int, _ channel: Channel)
  /// Waits for the next message of a rank, which has exactly the length of the buffer.
  func receive(_ message: UnsafeMutableRawBufferPointer, from rank: Int, _ channel: Channel)
  /// Begins to receive the next message of a rank into memory that stays valid until ``finish(_:)``.
  ///
  /// - Returns: a number for `isFinished` and `finish`.
  func beginReceiving(_ message: UnsafeMutableRawBufferPointer, from rank: Int, _ channel: Channel) -> Int
  /// Returns whether a message that ``beginReceiving(_:from:_:)`` began has arrived.
  func isFinished(_ receipt: Int) -> Bool
  /// Waits for a message that ``beginReceiving(_:from:_:)`` began.
  func finish(_ receipt: Int)
  /// Ends the work of all ranks: receivers fail with this reason.
  func fail(_ reason: String)
}

/// Separate sequences of messages between two ranks.
package enum Channel: Int32, Sendable, CaseIterable {
  /// Sums that the ranks compute in turn.
  case sums
  /// Rows of activations, slopes and outputs.
  case rows
  /// Sums over chunks, which every rank adds up.
  case parts
  /// Gradients of weights, summed over the sender and the ranks before it.
  case partialGradients
  /// Whole gradients of weights, which are needed only at the end of the backward pass.
  case gradients
}
