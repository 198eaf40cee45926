internal import Foundation

/// The temporary files of `FileReplacement` whose writers were killed. They end in `.new`.
enum TemporaryFiles {
  /// Removes those in a folder that nobody of this machine writes into.
  ///
  /// - Parameters:
  ///   - isShared: whether other machines may write there without regard to our locks. Then a file younger than a day may be in
  ///     use, and stays.
  ///   - isChosen: whether a file of this name is removed.
  static func remove(in folder: String, isShared: Bool, where isChosen: (String) -> Bool = { _ in true }) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where name.hasSuffix(".new") && isChosen(name) {
      let path = "\(folder)/\(name)"
      if !isShared || isOld(path) { unlink(path) }
    }
  }

  private static func isOld(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && time(nil) - status.st_mtim.tv_sec > 86_400
  }
}
