import Foundation
import Preview
import TestSupport
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

  private func answer(_ request: String, _ port: UInt16) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      // A thread of its own: one that waits in the pool of tasks would keep the server from answering.
      Thread.detachNewThread { continuation.resume(with: Result { try exchange(request, port: port) }) }
    }
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
