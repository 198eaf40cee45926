internal import Foundation
internal import Networks

/// What must be equal on all ranks before they train together, by name.
struct RankAgreement: Codable {
  /// A named value, for example the OpenBLAS kernel.
  struct Field: Codable {
    var name: String
    var value: String
  }

  private var host: String
  private var fields: [Field]

  /// - Throws: `TrainingError.ranks` on every rank, with the first rank that differs from rank 0 and in what.
  static func check(_ fields: [Field], by ranks: any Communicator) throws {
    let own = RankAgreement(host: ranks.host, fields: fields)
    guard ranks.rank == 0 else {
      ranks.send(try JSONEncoder().encode(own), to: 0)
      return try verdict(String(decoding: ranks.receiveData(from: 0), as: UTF8.self), ranks)
    }
    var problem = ""
    for rank in 1..<ranks.rankCount {
      let data = ranks.receiveData(from: rank)
      guard problem.isEmpty, ranks.failure == nil else { continue }
      let other = try JSONDecoder().decode(RankAgreement.self, from: data)
      problem = own.difference(to: other, rank) ?? ""
    }
    for rank in 1..<ranks.rankCount { ranks.send(Data(problem.utf8), to: rank) }
    try verdict(problem, ranks)
  }

  private func difference(to other: RankAgreement, _ rank: Int) -> String? {
    for (field, found) in zip(fields, other.fields) where field.value != found.value {
      return "rank \(rank) on \(other.host) has the \(field.name) \(found.value), rank 0 on \(host) has"
        + " \(field.value): all ranks need the same"
    }
    return nil
  }

  private static func verdict(_ problem: String, _ ranks: any Communicator) throws {
    if let failure = ranks.failure { throw TrainingError.ranks(failure) }
    if !problem.isEmpty { throw TrainingError.ranks(problem) }
  }
}

extension Communicator {
  /// Sends bytes whose length the receiver does not know.
  func send(_ data: Data, to rank: Int) {
    withUnsafeBytes(of: Int64(data.count)) { send($0, to: rank, .sums) }
    data.withUnsafeBytes { send($0, to: rank, .sums) }
  }

  /// Receives what `send(_:to:)` sent.
  func receiveData(from rank: Int) -> Data {
    var count: Int64 = 0
    withUnsafeMutableBytes(of: &count) { receive($0, from: rank, .sums) }
    var data = Data(count: Int(count))
    data.withUnsafeMutableBytes { receive($0, from: rank, .sums) }
    return data
  }

  /// Gives all ranks what rank 0 has.
  func broadcast(_ data: Data) -> Data {
    guard rank == 0 else { return receiveData(from: 0) }
    for other in 1..<rankCount { send(data, to: other) }
    return data
  }
}
