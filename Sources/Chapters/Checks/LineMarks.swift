/// The bytes of a line that foreign syntax is made of, as a set: a line without a pattern's bytes needs no search for it.
struct LineMarks: OptionSet {
  let rawValue: UInt16

  init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The marks that a text holds.
  init(of text: StaticString) {
    self = text.withUTF8Buffer { bytes in
      bytes.reduce(into: []) { $0.formUnion(LineMarks(rawValue: Self.table[Int($1)])) }
    }
  }

  /// Returns the marks of each line of a text, in one pass over its bytes.
  static func lines(of source: SourceText) -> [LineMarks] {
    source.withLines { bytes, starts in
      table.withUnsafeBufferPointer { table in
        starts.indices.map { line in
          let end = line + 1 < starts.count ? starts[line + 1] : bytes.count
          var marks: UInt16 = 0
          for index in starts[line]..<end { marks |= table[Int(bytes[index])] }
          return LineMarks(rawValue: marks)
        }
      }
    }
  }

  /// The bit of each byte; 0 for those that are no mark.
  private static let table: [UInt16] = {
    var table = [UInt16](repeating: 0, count: 256)
    for (bit, byte) in "`~:{@[$\\<^=!]|".utf8.enumerated() { table[Int(byte)] = 1 << bit }
    return table
  }()
}
