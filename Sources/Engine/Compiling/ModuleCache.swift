internal import Foundation
internal import Synchronization

extension Compiler {
  /// Counts how often this process dropped a compiler's cache, by its folder.
  private static let drops = Mutex<[String: Int]>([:])

  /// Runs the compiler with its cache of C headers. If it fails over a file of the cache, which a full disk or a crash may
  /// have damaged, the cache is dropped and the compiler is run once more: nothing else would ever repair it.
  func runWithCache(_ arguments: [String], folder: String) throws(EngineError) -> Answer {
    let arguments = arguments + ["-module-cache-path", moduleCache]
    let count = Self.drops.withLock { $0[moduleCache] ?? 0 }
    let answer = try run(toolchain.frontend, arguments, folder: folder)
    guard answer.ending.code != 0, answer.output.contains(moduleCache + "/"),
      // Not where the whole store was removed, as that of a verification which is ended.
      access((moduleCache as NSString).deletingLastPathComponent, F_OK) == 0
    else { return answer }
    Self.drops.withLock { drops in
      // Another thread has dropped it meanwhile, and the compiler may be filling it again.
      guard drops[moduleCache] ?? 0 == count else { return }
      drops[moduleCache] = count + 1
      try? FileManager.default.removeItem(atPath: moduleCache)
    }
    return try run(toolchain.frontend, arguments, folder: folder)
  }
}
