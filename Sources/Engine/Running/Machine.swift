internal import Foundation

/// The processor of this machine, as `/proc/cpuinfo` describes it.
package struct Machine: Hashable, Sendable {
  /// For example `Intel(R) Xeon(R) CPU @ 2.20GHz`, or on arm64 the numbers of implementer, part and variant; `nil` where
  /// the processor cannot be identified.
  package var processor: String?
  /// Whether the processor has the instructions of the Haswell kernel: AVX2 and FMA.
  package var canRunHaswell: Bool

  /// This machine.
  package static let current = Machine(describedBy: AtomicFile.systemText("/proc/cpuinfo"))

  package init(describedBy text: String) {
    var fields: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2, fields[parts[0]] == nil { fields[parts[0]] = parts[1] }
    }
    let flags = Set((fields["flags"] ?? "").split(separator: " "))
    canRunHaswell = flags.contains("avx2") && flags.contains("fma")
    if let name = fields["model name"], !name.isEmpty {
      processor = name
    } else if let implementer = fields["CPU implementer"], let part = fields["CPU part"] {
      processor =
        "CPU implementer \(implementer), part \(part), variant \(fields["CPU variant"] ?? "unknown")"
    } else {
      processor = nil
    }
  }

  /// The kernel to ask OpenBLAS for, so that processors of one kind give the same bits: `Haswell` where the processor
  /// can run it; `nil` leaves the choice to OpenBLAS.
  package var preferredKernel: String? { canRunHaswell ? "Haswell" : nil }

  /// The description of the machine for provenance.
  ///
  /// - Parameter kernel: the OpenBLAS kernel in use.
  func description(kernel: String, threadCount: Int) -> String {
    "\(processor ?? Self.unknown), OpenBLAS kernel \(kernel), threads \(threadCount)"
  }

  /// Whether two descriptions name the same kind of processor and the same kernel, so that results must agree to the last
  /// bit. Thread counts change no bit; processors that could not be identified are never the same.
  package static func areSameKind(_ first: String, _ second: String) -> Bool {
    let kinds = [first, second].map { $0.components(separatedBy: ", threads").first ?? "" }
    return kinds[0] == kinds[1] && !kinds[0].isEmpty && !kinds[0].hasPrefix(unknown)
  }

  private static let unknown = "unknown processor"
}
