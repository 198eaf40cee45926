internal import Evaluation
internal import Foundation
internal import Networks
internal import Training

/// The ranks of MPI, for messages whose length the receiver does not know.
final class MPIGalleryRanks: GalleryRanks {
  private let communicator: MPICommunicator

  init(_ communicator: MPICommunicator) { self.communicator = communicator }

  var rank: Int { communicator.rank }
  var rankCount: Int { communicator.rankCount }
  var host: String { communicator.host }

  /// Ends MPI when all ranks have come here.
  func end() { communicator.end() }

  func note(_ text: String) { communicator.note(text) }

  func send(_ message: Data, to rank: Int) throws {
    withUnsafeBytes(of: Int64(message.count)) { communicator.send($0, to: rank, .sums) }
    message.withUnsafeBytes { communicator.send($0, to: rank, .sums) }
    try check()
  }

  func receive(from rank: Int) throws -> Data {
    var count: Int64 = 0
    withUnsafeMutableBytes(of: &count) { communicator.receive($0, from: rank, .sums) }
    try check()
    var message = Data(count: Int(count))
    message.withUnsafeMutableBytes { communicator.receive($0, from: rank, .sums) }
    try check()
    return message
  }

  private func check() throws {
    if let failure = communicator.failure { throw TrainingError.ranks(failure) }
  }
}
