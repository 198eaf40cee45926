internal import Foundation
internal import Tensors
internal import Testing

@Suite("CPU quotas of control groups")
struct CPUQuotaTests {
  /// Returns the quota that files of these paths and contents make.
  private func cores(_ files: [String: String], groups: String) throws -> Double? {
    let root = NSTemporaryDirectory() + "/quota-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    for (path, text) in files {
      let file = URL(fileURLWithPath: root + "/" + path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(),
        withIntermediateDirectories: true
      )
      try Data(text.utf8).write(to: file)
    }
    return CPUQuota.cores(groups: groups, root: root)
  }

  @Test("version 2: the smallest quota from the group up to the root")
  func second() throws {
    let nested = [
      "cpu.max": "max 100000\n", "a/cpu.max": "350000 100000\n", "a/b/cpu.max": "800000 100000\n",
    ]
    #expect(try cores(nested, groups: "0::/a/b\n") == 3.5)
    #expect(try cores(["cpu.max": "150000 100000\n"], groups: "0::/\n") == 1.5)
    #expect(try cores(["cpu.max": "50000 100000\n"], groups: "0::/not/here\n") == 0.5)
    #expect(try cores(["cpu.max": "max 100000\n"], groups: "0::/\n") == nil)
  }

  @Test("version 1: quota and period in two files")
  func first() throws {
    let files = ["cpu/box/cpu.cfs_quota_us": "400000\n", "cpu/box/cpu.cfs_period_us": "100000\n"]
    #expect(try cores(files, groups: "12:cpuset:/\n4:cpu,cpuacct:/box\n0::/\n") == 4)
    let none = ["cpu,cpuacct/cpu.cfs_quota_us": "-1\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n"]
    #expect(try cores(none, groups: "4:cpu,cpuacct:/\n") == nil)
  }

  @Test("nothing is no limit", arguments: ["", "0::/\n", "nonsense"])
  func missing(groups: String) throws {
    #expect(try cores([:], groups: groups) == nil)
    #expect(try cores(["cpu.max": "words"], groups: groups) == nil)
  }
}
