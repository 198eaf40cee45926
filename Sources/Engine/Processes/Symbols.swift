internal import Foundation

/// Finds the lines of code that addresses in a program belong to.
struct Symbols {
  /// `llvm-symbolizer`, which comes with the compiler.
  var symbolizer: String
  var program: String

  /// Returns the lines of a file that return addresses lie in, in their order; other files are left out, and so is
  /// everything where there is no symbolizer.
  func lines(of offsets: [UInt], in file: String) -> [Int] {
    guard !offsets.isEmpty, access(symbolizer, X_OK) == 0 else { return [] }
    // A return address is one instruction after its call.
    let addresses = offsets.map { "0x" + String($0 &- 1, radix: 16) }
    let request = ChildProcess.Request(
      program: symbolizer,
      arguments: ["--obj=\(program)", "--functions=none", "--no-inlines"] + addresses,
      environment: ["LC_ALL": "C"]
    )
    let text = (try? ChildProcess.run(request, limit: 60).output) ?? ""
    return text.split(separator: "\n").compactMap { line in
      // file:line:column
      let parts = line.split(separator: ":")
      guard parts.count >= 3 else { return nil }
      let place = parts.dropLast(2).joined(separator: ":")
      guard place == file || place.hasSuffix("/" + file) else { return nil }
      return Int(parts[parts.count - 2])
    }
  }
}
