internal import Foundation

/// The memory available for training.
enum Memory {
  /// Half of the machine's memory, or of what the process's control group allows where that is less, in bytes.
  static var usable: Int {
    let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap {
      (try? String(contentsOfFile: $0, encoding: .utf8)).flatMap {
        Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
      }
    }
    return min(machine, limits.min() ?? machine) / 2
  }
}
