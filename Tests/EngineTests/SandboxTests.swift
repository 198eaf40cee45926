internal import Engine
internal import Findings
internal import Foundation
internal import Testing

@Suite("The sandbox of a cell")
struct SandboxTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop() }

  @Test("has no network: no socket of any kind, and no way around")
  func network() throws {
    let results = try workshop.run([
      (
        "net",
        """
        import Glibc
        typealias Call = @convention(c) (Int, Int, Int) -> Int
        let call = unsafeBitCast(dlsym(nil, "syscall"), to: Call.self)
        for family in [AF_INET, AF_INET6, AF_UNIX, AF_NETLINK] {
          for kind in [SOCK_STREAM, SOCK_DGRAM] {
            errno = 0
            print(socket(family, Int32(kind.rawValue), 0), errno == EACCES)
          }
        }
        errno = 0
        print(call(425, 8, 0), errno == EACCES)
        var ends: [Int32] = [0, 0]
        print(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends))
        """
      )
    ])
    #expect(results[0].failure == nil)
    #expect(results[0].output == String(repeating: "-1 true\n", count: 9) + "0\n")
  }

  @Test("reaches no process outside by signal, trace or limit, and itself as ever")
  func processes() throws {
    let outside = getpid()
    let results = try workshop.run([
      (
        "signals",
        """
        import Glibc
        let outside: pid_t = \(outside)
        typealias Call = @convention(c) (Int, Int, Int, Int, Int, Int, Int) -> Int
        let call = unsafeBitCast(dlsym(nil, "syscall"), to: Call.self)
        func refused(_ result: Int) { print(result == -1 && (errno == EACCES || errno == EPERM)) }
        refused(Int(kill(outside, 0)))
        refused(Int(kill(-1, 0)))
        refused(Int(kill(getppid(), 0)))
        refused(call(101, 16, Int(outside), 0, 0, 0, 0))
        refused(call(310, Int(outside), 0, 0, 0, 0, 0))
        refused(call(302, Int(outside), 7, 0, 0, 0, 0))
        print(kill(getpid(), 0), raise(0))
        """
      )
    ])
    #expect(results[0].failure == nil)
    #if arch(x86_64)
      #expect(results[0].output == String(repeating: "true\n", count: 6) + "0 0\n")
    #endif
  }

  @Test(
    "makes no process outside the owner of a file, whose signals it would get, and shares no memory or keys"
  )
  func sharing() throws {
    let outside = getpid()
    let results = try workshop.run([
      (
        "sharing",
        """
        import Glibc
        typealias Call = @convention(c) (Int, Int, Int, Int, Int, Int) -> Int
        let call = unsafeBitCast(dlsym(nil, "syscall"), to: Call.self)
        func refused(_ result: Int) { print(result == -1 && errno == EACCES) }
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        var owner: Int32 = \(outside)
        refused(Int(fcntl(ends[0], F_SETOWN, owner)))
        refused(Int(ioctl(ends[0], 0x8901, &owner)))
        refused(call(29, 1234, 4096, 0o1600, 0, 0))
        refused(call(68, 1234, 0o1600, 0, 0, 0))
        refused(call(250, 0, -3, 0, 0, 0))
        refused(call(272, 0x1000_0000, 0, 0, 0, 0))
        print(fcntl(ends[0], F_SETFD, FD_CLOEXEC))
        """
      )
    ])
    #expect(results[0].failure == nil)
    #if arch(x86_64)
      #expect(results[0].output == String(repeating: "true\n", count: 6) + "0\n")
    #endif
  }

  @Test("records a file that was refused relative to an open folder, or by its mode")
  func relative() throws {
    try "secret".write(toFile: workshop.book + "/hidden.txt", atomically: true, encoding: .utf8)
    for code in [
      "let folder = open(\".\", 0x200000 | O_DIRECTORY)\n_ = openat(folder, \"hidden.txt\", O_RDONLY)",
      "_ = fopen(\"hidden.txt\", \"re\")",
    ] {
      let failure = try #require(try workshop.run([("spy", "import Glibc\n" + code)])[0].failure)
      #expect(failure.message.contains("was refused 'hidden.txt'"), "\(failure)")
      #expect(failure.message.contains("add reads=hidden.txt"), "\(failure)")
    }
  }

  @Test("that is killed fails with that reason, and not with lack of memory", arguments: [SIGKILL, SIGTERM])
  func killed(signal: Int32) throws {
    let results = try workshop.run([
      ("before", "let a = 1"), ("victim", "import Glibc\nkill(getpid(), \(signal))\nsleep(60)"),
    ])
    let failure = try #require(results[1].failure)
    #expect(failure.kind == .killed, "\(failure)")
    #expect(failure.message.contains("(signal \(signal))"), "\(failure)")
  }

  @Test("whose process makes a copy of itself fails, since both record the same findings")
  func copies() throws {
    let results = try workshop.run([
      (
        "copied",
        """
        import Glibc
        typealias Copy = @convention(c) () -> Int32
        let id = unsafeBitCast(dlsym(nil, "fork"), to: Copy.self)()
        if id != 0 { usleep(500_000) }
        record("x", id == 0 ? 1.0 : 2.0)
        if id == 0 { sleep(20) }
        """
      )
    ])
    let failure = try #require(results[0].failure)
    #expect(
      failure.kind == .engine && failure.message.contains("the cell 'copied' recorded 'x' twice"),
      "\(failure)"
    )
    #expect(results[0].findings.isEmpty)
  }
}
