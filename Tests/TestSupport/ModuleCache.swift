internal import Foundation

/// A folder for the compiler's module cache, shared by all tests of one run and removed when it ends.
///
/// Compiling the system's headers takes seconds; with a cache for each book every test would pay for it. The folder
/// has a random name and only its owner can open it, so that two runs on one machine, or another user, cannot meet in it.
public enum ModuleCache {
  /// The absolute path of the folder.
  public static let folder: String = {
    var template = Array((NSTemporaryDirectory() + "/marginalia-modules-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      fatalError("no temporary folder: \(String(cString: strerror(errno)))")
    }
    atexit { try? FileManager.default.removeItem(atPath: ModuleCache.folder) }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }()

  /// Makes a store's `modules` folder a link to the shared cache.
  public static func share(withStore store: String) throws {
    let link = store + "/modules"
    try FileManager.default.createDirectory(atPath: store, withIntermediateDirectories: true)
    // As `Store.mark` does it: a folder with files and without this mark is refused as a store.
    try Data().write(to: URL(fileURLWithPath: store + "/marginalia-store"))
    if FileManager.default.fileExists(atPath: link) { try FileManager.default.removeItem(atPath: link) }
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder)
  }
}
