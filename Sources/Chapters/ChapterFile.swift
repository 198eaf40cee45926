/// File names of chapters.
package enum ChapterFile {
  /// Returns the number and the id in the name of a chapter's file: `08-experiment-4.md` is number 8 and id `experiment-4`.
  package static func numberAndID(_ file: String) -> (number: Int?, id: String) {
    var stem = file.split(separator: "/").last.map(String.init) ?? file
    if stem.hasSuffix(".md") { stem.removeLast(3) }
    let digits = stem.prefix { $0.isASCII && $0.isNumber }
    let rest = stem.dropFirst(digits.count)
    guard let number = Int(digits), rest.first == "-", rest.count > 1 else { return (nil, stem) }
    return (number, String(rest.dropFirst()))
  }

  /// Whether a file stands before another in a book that lists no chapters: by number, then by name; files without a
  /// number come last.
  package static func precedes(_ first: String, _ second: String) -> Bool {
    let numbers = [first, second].map { numberAndID($0).number ?? .max }
    return numbers[0] == numbers[1] ? first < second : numbers[0] < numbers[1]
  }
}
