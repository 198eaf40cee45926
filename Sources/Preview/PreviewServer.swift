internal import FlyingFox
internal import FlyingSocks
internal import Foundation

/// An HTTP server for the pages of a folder, for this machine alone, that tells open pages when to reload.
package actor PreviewServer {
  private let server: HTTPServer
  private let site: Site
  /// Grows with each change of the pages. It starts at the time, so that open pages reload after a restart.
  private var version: Int
  /// The line shown on the pages: that a render is running, or its errors.
  private var message = ""

  /// Creates a server on 127.0.0.1; port 0 takes any free one.
  package init(folder: String, port: UInt16) throws {
    site = Site(folder: folder)
    server = HTTPServer(address: try .inet(ip4: "127.0.0.1", port: port), timeout: 60, logger: .disabled)
    version = Int(Date().timeIntervalSince1970)
  }

  /// Serves until the task is cancelled.
  ///
  /// - Throws: a `Failure` where it cannot listen, for example since the port is taken.
  package func run() async throws {
    await server.appendRoute("GET /_state") { [weak self] request in
      guard let self, Self.isLocal(request) else { return HTTPResponse(statusCode: .forbidden) }
      return await state(after: request.query["after"] ?? "")
    }
    await server.appendRoute("*") { [site] request in
      guard Self.isLocal(request) else { return HTTPResponse(statusCode: .forbidden) }
      guard request.method == .GET || request.method == .HEAD else {
        return HTTPResponse(statusCode: .methodNotAllowed)
      }
      return Self.response(site.file(at: request.path))
    }
    do { try await server.run() } catch SocketError.failed(_, let number, _) {
      throw Failure(reason: String(cString: strerror(number)))
    }
  }

  /// Why the server cannot listen, in the system's words.
  package struct Failure: Error, CustomStringConvertible {
    package var reason: String

    package var description: String { reason }
  }

  /// The port in use, once the server listens.
  package func port() async throws -> UInt16 {
    try await server.waitUntilListening(timeout: 60)
    if case .ip4(_, let port) = await server.listeningAddress { return port }
    return 0
  }

  /// Tells all open pages to reload.
  package func reload() {
    version += 1
    message = ""
  }

  /// Shows a line on every page; an empty one hides it.
  package func show(_ message: String) { self.message = message }

  /// Answers as soon as the state is another than the one a page knows, or after half a minute.
  private func state(after known: String) async -> HTTPResponse {
    var state = state
    for _ in 0..<600 where state.tag == known {
      try? await Task.sleep(for: .milliseconds(50))
      state = self.state
    }
    let body = (try? JSONEncoder().encode(state)) ?? Data()
    return HTTPResponse(
      statusCode: .ok,
      headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: body
    )
  }

  private var state: State { State(version: version, message: message) }

  private struct State: Encodable {
    var version: Int
    var message: String
    var tag: String

    init(version: Int, message: String) {
      self.version = version
      self.message = message
      tag = "\(version).\(message.utf8.reduce(UInt32(5381)) { $0 &* 33 &+ UInt32($1) })"
    }
  }

  /// Whether a request names this machine, which guards against DNS rebinding.
  private static func isLocal(_ request: HTTPRequest) -> Bool {
    guard let host = request.headers[.host] else { return false }
    let name = host.hasSuffix("]") ? host : host.split(separator: ":").first.map(String.init) ?? ""
    return ["localhost", "127.0.0.1"].contains(name.lowercased())
  }

  private static func response(_ file: Site.File?) -> HTTPResponse {
    guard let file else {
      return HTTPResponse(
        statusCode: .notFound,
        headers: [.contentType: "text/html; charset=utf-8"],
        body: Data(("<!DOCTYPE html><title>Not found</title><p>There is no such page yet." + script("")).utf8)
      )
    }
    var headers: HTTPHeaders = [.contentType: file.type, .cacheControl: "no-store"]
    headers[HTTPHeader("X-Content-Type-Options")] = "nosniff"
    let isPage = file.type.hasPrefix("text/html")
    return HTTPResponse(
      statusCode: .ok,
      headers: headers,
      body: isPage ? withReloading(file.data) : file.data
    )
  }

  /// A page with the script that reloads it; its content security policy allows this one script.
  private static func withReloading(_ page: Data) -> Data {
    let nonce = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let text = String(decoding: page, as: UTF8.self)
      .replacing(
        "default-src 'none'; script-src",
        with: "default-src 'none'; connect-src 'self'; script-src 'nonce-\(nonce)'",
        maxReplacements: 1
      )
    guard let end = text.ranges(of: "</body>").last else { return page }
    return Data((text[..<end.lowerBound] + script(nonce) + text[end.lowerBound...]).utf8)
  }

  private static func script(_ nonce: String) -> String {
    """
    <script nonce="\(nonce)">
    (async () => {
      let known = null, bar = null;
      const wait = ms => new Promise(done => setTimeout(done, ms));
      for (;;) {
        try {
          const state = await (await fetch('/_state?after=' + encodeURIComponent(known ? known.tag : ''))).json();
          if (known && known.version !== state.version) return location.reload();
          known = state;
          if (bar) bar.remove();
          bar = null;
          if (state.message) {
            bar = document.createElement('pre');
            bar.setAttribute('role', 'status');
            bar.style.cssText = 'position:fixed;left:0;right:0;bottom:0;margin:0;max-height:50vh;z-index:9;border-radius:0;border-top:1px solid';
            bar.textContent = state.message;
            document.body.append(bar);
          }
        } catch (error) { await wait(500); }
      }
    })();
    </script>
    """
  }
}
