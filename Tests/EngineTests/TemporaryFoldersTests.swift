internal import Engine
internal import Foundation
internal import Testing

@Suite("Temporary folders")
struct TemporaryFoldersTests {
  @Test("are new each time, and open to this user alone")
  func new() throws {
    let folders = try [TemporaryFolders.make(), TemporaryFolders.make()]
    #expect(folders[0] != folders[1])
    for folder in folders {
      var status = stat()
      #expect(stat(folder, &status) == 0 && status.st_mode & 0o777 == 0o700)
      TemporaryFolders.remove(folder)
      #expect(access(folder, F_OK) != 0)
    }
  }

  @Test("of processes of this machine that are gone are removed, and no others")
  func sweep() throws {
    let place = NSTemporaryDirectory() + "/places-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: place) }
    let made = try TemporaryFolders.make()
    TemporaryFolders.remove(made)
    let own = (made as NSString).lastPathComponent
    // No process has so high a number.
    let gone = own.replacingOccurrences(of: "-\(getpid())", with: "-2147483000")
    let others = [
      own, "marginalia-1-0123456789ab-2147483000", "marginalia-" + UUID().uuidString,
      gone.replacingOccurrences(of: "marginalia", with: "mine"),
    ]
    for name in [gone] + others {
      try FileManager.default.createDirectory(atPath: "\(place)/\(name)/a", withIntermediateDirectories: true)
    }
    TemporaryFolders.sweep(place)
    #expect(Set(try FileManager.default.contentsOfDirectory(atPath: place)) == Set(others))
  }
}
