internal import Evaluation
internal import Foundation
internal import Training

/// The ranks of MPI, for messages whose length the receiver does not know.
final class MPIGalleryRanks: GalleryRanks {
  private let communicator: MPICommunicator
  private let sendBytes: (UnsafeRawBufferPointer, Int) -> Void
  private let receiveBytes: (UnsafeMutableRawBufferPointer, Int) -> Void

  init(_ communicator: MPICommunicator) {
    self.communicator = communicator
    sendBytes = onFirstChannel(communicator.send(_:to:_:))
    receiveBytes = onFirstChannel(communicator.receive(_:from:_:))
  }

  var rank: Int { communicator.rank }
  var rankCount: Int { communicator.rankCount }
  var host: String { communicator.host }

  /// Ends MPI when all ranks have come here.
  func end() { communicator.end() }

  func note(_ text: String) { communicator.note(text) }

  func send(_ message: Data, to rank: Int) throws {
    withUnsafeBytes(of: Int64(message.count)) { sendBytes($0, rank) }
    message.withUnsafeBytes { sendBytes($0, rank) }
    try check()
  }

  func receive(from rank: Int) throws -> Data {
    var count: Int64 = 0
    withUnsafeMutableBytes(of: &count) { receiveBytes($0, rank) }
    try check()
    var message = Data(count: Int(count))
    message.withUnsafeMutableBytes { receiveBytes($0, rank) }
    try check()
    return message
  }

  private func check() throws {
    if let failure = communicator.failure { throw TrainingError.ranks(failure) }
  }
}

/// Leaves out the channel of a transfer: all messages take the first one. The type of channels belongs to `Networks`, which this
/// module does not import.
private func onFirstChannel<Bytes, Channel: CaseIterable>(
  _ transfer: @escaping (Bytes, Int, Channel) -> Void
) -> (Bytes, Int) -> Void {
  { bytes, rank in
    if let first = Channel.allCases.first { transfer(bytes, rank, first) }
  }
}
