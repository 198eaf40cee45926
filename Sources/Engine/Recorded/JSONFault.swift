internal import Files
internal import Findings
package import Foundation

/// What is wrong with a file in JSON that does not have the form that was expected: the place, what is there, and what is
/// wanted there. Errors of the decoder are Swift's own and not for readers.
package struct JSONFault: Error, Hashable, CustomStringConvertible {
  /// For example `cells.c.findings[3]`; empty for the file as a whole.
  package var path = ""
  package var found: String
  package var expected: String

  package var description: String {
    (path.isEmpty ? "" : "\(path): ") + "found \(found), expected \(expected)"
  }

  /// - Parameters:
  ///   - error: what the decoder threw.
  ///   - data: what was decoded.
  ///   - whole: what the file is expected to be.
  package init(_ error: any Error, in data: Data, expected whole: String) {
    let tree: JSONTree
    do { tree = try FindingsCoding.decode(JSONTree.self, from: data) } catch {
      self.init(found: data.isEmpty ? "an empty file" : Self.syntax(error), expected: whole)
      return
    }
    self.init(error, in: tree, expected: whole)
  }

  init(_ error: any Error, in tree: JSONTree, expected whole: String) {
    func fault(_ context: DecodingError.Context, _ expected: String) -> Self {
      let found = tree.value(at: context.codingPath)?.description ?? "nothing"
      return Self(path: JSONTree.text(context.codingPath), found: found, expected: expected)
    }
    switch error {
    case DecodingError.typeMismatch(let type, let context),
      DecodingError.valueNotFound(let type, let context):
      self = fault(context, Self.noun(type))
    case DecodingError.keyNotFound(let key, let context):
      self.init(
        path: JSONTree.text(context.codingPath),
        found: "no field '\(key.stringValue)'",
        expected: "one"
      )
    case DecodingError.dataCorrupted(let context):
      self = fault(context, "a value of its kind (\(context.debugDescription))")
    default: self.init(found: "\(error)", expected: whole)
    }
  }

  init(path: String = "", found: String, expected: String) {
    (self.path, self.found, self.expected) = (path, found, expected)
  }

  /// What the parser says of a text that is no JSON.
  static func syntax(_ error: any Error) -> String {
    guard case DecodingError.dataCorrupted(let context) = error else { return "no JSON" }
    let detail = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey] as? String
    return "no JSON (\(detail ?? context.debugDescription))"
  }

  private static func noun(_ type: Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    case is Double.Type, is Float.Type: "a number"
    case is any FixedWidthInteger.Type: "a whole number"
    default: "\(type)".hasPrefix("Array") ? "a list" : "an object"
    }
  }
}

extension JSONFault {
  /// The sentence for an error that no other rule words: of a decoder or of the file system; `nil` for any other error.
  package static func sentence(for error: any Error) -> String? {
    if let error = error as? DecodingError {
      let fault = JSONFault(error, in: JSONTree.null, expected: "JSON as this program writes it")
      let place = fault.path.isEmpty ? "" : " at '\(fault.path)'"
      return "a file in JSON that this program needs is damaged or of another version\(place): expected "
        + "\(fault.expected); render the book again, or remove the file"
    }
    guard let error = error as? CocoaError else { return nil }
    let file =
      (error.userInfo[NSFilePathErrorKey] as? String) ?? (error.userInfo[NSURLErrorKey] as? URL)?.path
    let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError
    let number = underlying.flatMap { $0.domain == NSPOSIXErrorDomain ? Int32($0.code) : nil }
    let reason = (number ?? Self.number(of: error)).map(systemReason) ?? "error \(error.code.rawValue)"
    return
      "'\(file ?? "a file")' cannot be read or written (\(reason)): is its folder there, and may it be used?"
  }

  /// The system's number of an error that holds none.
  private static func number(of error: CocoaError) -> Int32? {
    switch error.code {
    case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
    case .fileReadNoPermission, .fileWriteNoPermission: EACCES
    case .fileWriteOutOfSpace: ENOSPC
    case .fileWriteVolumeReadOnly: EROFS
    case .fileWriteFileExists: EEXIST
    default: nil
    }
  }
}
