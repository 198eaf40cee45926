import Foundation
import Preview
import Testing

@Suite("A preview over HTTP", .serialized)
struct ServerTests {
  private static let page =
    "<html><head><meta content=\"default-src 'none'; script-src 'sha256-x'\"></head><body>first</body></html>"

  /// Serves a folder of one page beside a secret, while `body` asks.
  private func serving(_ body: (PreviewServer, UInt16) async throws -> Void) async throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("served-\(UUID().uuidString)")
    let pages = root.appendingPathComponent("pages")
    try FileManager.default.createDirectory(at: pages, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    try Data(Self.page.utf8).write(to: pages.appendingPathComponent("index.html"))
    try Data("secret".utf8).write(to: root.appendingPathComponent("secret.txt"))
    let server = try PreviewServer(folder: pages.path, port: 0)
    let running = Task { try await server.run() }
    defer { running.cancel() }
    try await body(server, try await server.port())
  }

  /// Sends a request as it stands: no client may tidy its path.
  private func answer(_ request: String, _ port: UInt16) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      // A thread of its own: one that waits in the pool of tasks would keep the server from answering.
      Thread.detachNewThread { continuation.resume(with: Result { try Self.exchange(request, port) }) }
    }
  }

  private static func exchange(_ request: String, _ port: UInt16) throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
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
  private static func isWhole(_ bytes: [UInt8]) -> Bool {
    guard let head = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return false }
    let text = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).lowercased()
    let length = text.firstMatch(of: #/content-length: (\d+)/#).flatMap { Int($0.1) } ?? 0
    return bytes.count >= head.upperBound + length
  }

  private func get(_ path: String, host: String = "localhost", _ port: UInt16) async throws -> String {
    try await answer("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n", port)
  }

  @Test("says why it cannot listen where another has its port")
  func takenPort() async throws {
    try await serving { _, port in
      let other = try PreviewServer(folder: NSTemporaryDirectory(), port: port)
      let failure = await #expect(throws: PreviewServer.Failure.self) { try await other.run() }
      #expect(failure?.description == "Address already in use")
    }
  }

  @Test("shows a page with the script that loads it again, let in by the page's own rules")
  func page() async throws {
    try await serving { _, port in
      let answer = try await get("/", port)
      #expect(answer.hasPrefix("HTTP/1.1 200"))
      let nonce = try #require(answer.firstMatch(of: #/<script nonce="([^"]+)">/#)?.1)
      #expect(
        answer.contains("default-src 'none'; connect-src 'self'; script-src 'nonce-\(nonce)' 'sha256-x'\"")
      )
      #expect(answer.contains("X-Content-Type-Options: nosniff"))
    }
  }

  @Test(
    "gives no file beyond its folder",
    arguments: [
      "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/%2e%2e%2fsecret.txt",
      "//../secret.txt", "/./../secret.txt", "/index.html/../../secret.txt", "/..%5csecret.txt",
      "/index.html%00/../../secret.txt", "http://localhost/../secret.txt",
    ]
  )
  func traversal(path: String) async throws {
    try await serving { _, port in
      let answer = try await get(path, port)
      #expect(!answer.contains("secret"), "\(answer)")
    }
  }

  @Test(
    "answers no request that names this machine otherwise",
    arguments: ["example.org", "127.0.0.1.example.org"]
  )
  func foreignHost(host: String) async throws {
    try await serving { _, port in
      for path in ["/", "/_state"] {
        let answer = try await get(path, host: host, port)
        #expect(answer.hasPrefix("HTTP/1.1 403"))
      }
      let answer = try await get("/", host: "127.0.0.1:\(port)", port)
      #expect(answer.hasPrefix("HTTP/1.1 200"))
    }
  }

  @Test("takes no other method than GET and HEAD", arguments: ["POST", "PUT", "DELETE"])
  func methods(method: String) async throws {
    try await serving { _, port in
      let answer = try await answer(
        "\(method) / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        port
      )
      #expect(answer.hasPrefix("HTTP/1.1 405"))
    }
  }

  @Test("tells a waiting page of a reload at once, and of a message")
  func reload() async throws {
    try await serving { server, port in
      let first = try await get("/_state?after=", port)
      let tag = try #require(first.firstMatch(of: #/"tag":"([^"]+)"/#)?.1)
      async let waiting = get("/_state?after=\(tag)", port)
      try await Task.sleep(for: .milliseconds(200))
      await server.reload()
      let second = try await waiting
      // Without the reload the answer would come half a minute later, and with the same tag.
      let next = try #require(second.firstMatch(of: #/"tag":"([^"]+)"/#)?.1)
      #expect(next != tag)
      await server.show("chapter 5 <failed>")
      #expect(try await get("/_state?after=\(next)", port).contains("chapter 5 <failed>"))
    }
  }
}
