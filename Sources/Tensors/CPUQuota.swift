internal import Foundation

/// The CPU quota of a Linux control group, in cores: for example 1.5.
package enum CPUQuota {
  /// The quota of this process; nil where there is none, or on other systems.
  static var ofThisProcess: Double? {
    let groups = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
    return cores(groups: groups, root: "/sys/fs/cgroup")
  }

  /// Returns the smallest quota of a group and of the groups above it; nil without one.
  ///
  /// - Parameters:
  ///   - groups: the content of `/proc/self/cgroup`: `0::PATH` for version 2, `N:cpu,cpuacct:PATH` for version 1.
  ///   - root: the folder where control groups are mounted.
  package static func cores(groups: String, root: String) -> Double? {
    var found: [Double] = []
    for line in groups.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      if fields[0] == "0", fields[1].isEmpty {
        found += folders(fields[2]).compactMap { quota("\(root)\($0)/cpu.max") }
      } else if fields[1].split(separator: ",").contains("cpu") {
        let mounts = ["\(root)/cpu", "\(root)/\(fields[1])"]
        found += mounts.flatMap { mount in
          folders(fields[2]).compactMap {
            quota("\(mount)\($0)/cpu.cfs_quota_us", period: "\(mount)\($0)/cpu.cfs_period_us")
          }
        }
      }
    }
    return found.min()
  }

  /// The path of a group and of the groups above it; the root, which in a container is the container's own group, is "".
  private static func folders(_ path: Substring) -> [String] {
    let names = path.split(separator: "/")
    return (0...names.count).map { names.prefix($0).map { "/" + $0 }.joined() }
  }

  /// Reads microseconds of CPU time and of the period in which they may be used; "max" and -1 are no limit.
  private static func quota(_ path: String, period: String? = nil) -> Double? {
    guard var text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    if let period { text += " " + ((try? String(contentsOfFile: period, encoding: .utf8)) ?? "") }
    let numbers = text.split(whereSeparator: \.isWhitespace).map { Double($0) }
    guard numbers.count == 2, let time = numbers[0], let length = numbers[1], time > 0, length > 0 else {
      return nil
    }
    return time / length
  }
}
