/// An error in a file of a data set: the file, the line, what was found and what was expected.
public struct DataError: Error, Hashable, CustomStringConvertible {
  /// The path of the file.
  public var file: String
  /// The line, counted from 1; `nil` where the whole file is meant.
  public var line: Int?
  public var problem: Problem

  /// Creates an error.
  public init(_ problem: Problem, file: String, line: Int? = nil) {
    self.file = file
    self.line = line
    self.problem = problem
  }

  /// The kinds of problem.
  public enum Problem: Hashable, Sendable {
    case unreadable(reason: String)
    case unwritable(reason: String)
    case notAPicture
    case damagedPicture(reason: String)
    case unreadFormat(String)
    case unsupportedPicture(kind: String, reason: String)
    case lineEnds(extraBytes: Int)
    case missingImage(String)
    case ambiguousPath(String, String, String)
    case missingTemplate(Int)
    case emptyFold(Int)
    case unexpectedFile(String)
    case noIdentities
    case emptyIdentity(String)
    case unknownIdentity(String)
    case duplicate(String, firstLine: Int, file: String? = nil)
    case blankLine
    case columns(found: Int, expected: String)
    case header(found: String, expected: String)
    case notANumber(String, column: String)
    case value(String, column: String, expected: String)
    case fold(found: Int, expected: Int)
    case pairKind(expected: String)
    case lineCount(found: Int, expected: String)
    case format(found: String, expected: String)
    case size(found: Int, expected: Int)
    case key(String)
    case tooFewFolds(wanted: Int, found: Int)
    case tooFewPersons(found: Int, wanted: Int)
  }

  public var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return "\(place): \(sentence)"
  }

  private var sentence: String {
    switch problem {
    case .unreadable(let reason): "cannot be read: \(reason)"
    case .unwritable(let reason): "cannot be written: \(reason)"
    case .notAPicture: "is not a JPEG, PNG, PBM, PGM or PPM picture by its first bytes"
    case .unreadFormat(let name):
      "is a \(name) picture, which is not read. Convert it to PNG, which keeps every pixel"
    case .unsupportedPicture(let kind, let reason):
      "is a \(kind) picture of a kind that is not read: \(reason). Convert it to PNG"
    case .damagedPicture(let reason):
      "is a damaged picture: \(reason). Fetch the file again, or leave it out of the list"
    case .lineEnds(let extra):
      "has \(counted(extra, "byte")) too many: its line ends seem to be rewritten (LF to CR LF). Fetch it again as binary,"
        + " or ask for repair"
    case .missingImage(let path):
      "names '\(path)', which does not exist. Complete the images, or allow missing ones to be left out and counted"
    case .ambiguousPath(let path, let first, let second):
      "names '\(path)', which may be '\(first)' or '\(second)'. Remove one of them, or write the path in full"
    case .missingTemplate(let id):
      "names template \(id), which has no image. Complete the list of images, or allow missing ones to be left out and"
        + " counted"
    case .emptyFold(let fold): "has no pair left in fold \(fold): too many images are missing. Complete them"
    case .unexpectedFile(let name): "holds '\(name)', which is not a picture. Move it elsewhere"
    case .noIdentities: "has no folder of an identity"
    case .emptyIdentity(let name): "the folder of '\(name)' has no picture"
    case .unknownIdentity(let name): "names '\(name)', which has no folder"
    case .duplicate(let what, let line, let file):
      "repeats '\(what)' of " + (file.map { "\($0):\(line)" } ?? "line \(line)")
    case .blankLine: "is blank: remove the line"
    case .columns(let found, let expected): "has \(counted(found, "field")), expected \(expected)"
    case .header(let found, let expected): "begins with '\(found)', expected \(expected)"
    case .notANumber(let text, let column): "has '\(text)' for \(column), expected an integer"
    case .value(let text, let column, let expected): "has '\(text)' for \(column), expected \(expected)"
    case .fold(let found, let expected): "belongs to fold \(found), expected \(expected)"
    case .pairKind(let expected): "is not \(expected)"
    case .lineCount(let found, let expected): "has \(counted(found, "line")), expected \(expected)"
    case .format(let found, let expected): "has \(found), expected \(expected)"
    case .size(let found, let expected):
      "has \(counted(found, "byte")), expected \(expected): it is cut off, or something follows its end. Write or fetch it again"
    case .key(let name): "has no list '\(name)'"
    case .tooFewFolds(let wanted, let found):
      "has \(counted(found, "fold")), so \(wanted) cannot be tested. Test at least 2 of them"
    case .tooFewPersons(let found, let wanted): "has \(counted(found, "person")), expected \(wanted) or more"
    }
  }
}

/// A number of things in words: `1 line`, `2 lines`.
private func counted(_ count: Int, _ thing: String) -> String { "\(count) \(thing)\(count == 1 ? "" : "s")" }
