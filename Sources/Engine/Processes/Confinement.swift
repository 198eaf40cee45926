/// The files that a sandboxed process may use (Landlock); the kernel refuses all others.
struct Confinement: Hashable, Sendable {
  var grants: [Grant]

  /// A path with the rights on it and on everything beneath it.
  struct Grant: Hashable, Sendable {
    var path: String
    var rights: Rights
  }

  /// Rights on a path; the raw values are those of `process.h`.
  struct Rights: OptionSet, Hashable, Sendable {
    let rawValue: Int32
    static let read = Rights(rawValue: 1)
    static let write = Rights(rawValue: 2)
    static let execute = Rights(rawValue: 4)
  }

  /// The files that every Swift program needs to start, to query its machine and to write its backtrace.
  ///
  /// `/proc` is needed whole, since the program that writes the backtrace is another process; the kernel still
  /// keeps the memory and the environment of processes outside from those inside.
  static func system(toolchain: Toolchain) -> [Grant] {
    let libraries = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", toolchain.libraries]
    let facts = [
      "/etc/ld.so.cache", "/proc", "/sys/devices/system/cpu",
      "/sys/devices/system/node", "/sys/fs/cgroup", "/dev/urandom", "/dev/random", "/dev/zero",
    ]
    return libraries.map { Grant(path: $0, rights: [.read, .execute]) }
      + facts.map { Grant(path: $0, rights: .read) } + [
        Grant(path: toolchain.backtracer, rights: [.read, .execute]),
        Grant(path: "/dev/null", rights: [.read, .write]),
      ]
  }
}
