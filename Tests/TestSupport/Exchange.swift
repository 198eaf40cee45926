internal import Foundation
internal import Testing

/// Sends a request to a server on this machine as it stands, since no client may tidy its path, and returns the whole answer.
///
/// - Throws: a failed expectation where nothing listens at the port.
public func exchange(_ request: String, port: UInt16) throws -> String {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  // A server that does not answer fails the test instead of holding it up.
  var patience = timeval(tv_sec: 120, tv_usec: 0)
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  let connected = withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  try #require(connected == 0)
  _ = request.withCString { send(descriptor, $0, strlen($0), 0) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while !isWhole(bytes) {
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count <= 0 { break }
    bytes += buffer[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// Whether the head of an answer has come and the body that it announces.
private func isWhole(_ bytes: [UInt8]) -> Bool {
  guard let head = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return false }
  let text = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).lowercased()
  let length = text.firstMatch(of: #/content-length: (\d+)/#).flatMap { Int($0.1) } ?? 0
  return bytes.count >= head.upperBound + length
}
