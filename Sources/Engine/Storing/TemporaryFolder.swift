internal import Foundation

/// Makes a new folder for temporary files, which only this user may enter.
///
/// - Throws: `CocoaError` where none can be made.
func makeTemporaryFolder() throws -> String {
  var path = Array((NSTemporaryDirectory() + "/marginalia-XXXXXX").utf8CString)
  guard mkdtemp(&path) != nil else { throw CocoaError(.fileWriteUnknown) }
  return String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
}
