internal import Foundation

/// Images in one folder an identity, as VGGFace2, MS-Celeb-1M, LFW, AT&T and many private sets have them.
public struct IdentityFolders: Hashable, Sendable {
  /// The folder that holds the identities'.
  public let root: String
  /// The identities by name; an identity's place here is its label.
  public let identities: [Identity]

  /// A person and where the pictures lie.
  public struct Identity: Hashable, Sendable {
    /// The name of the folder.
    public var name: String
    /// The images' paths under the root, by name.
    public var images: [String]
  }

  /// Reads a folder.
  ///
  /// Identities and images are sorted by name, numbers by value (`s2` before `s10`), so that labels do not depend on the
  /// file system. Files beside the identities' folders are ignored, and so is what operating systems leave behind
  /// (``isJunk(_:)``). A file inside an identity's folder that is no picture, and an identity without pictures, are errors.
  ///
  /// - Parameters:
  ///   - root: the folder.
  ///   - excluded: names of identities to leave out, for example those that a benchmark shares; each must exist.
  /// - Throws: a ``DataError``.
  public init(_ root: String, excluding excluded: [String] = []) throws {
    var names = try Self.names(in: root).filter { isFolder("\(root)/\($0)") }
    for name in excluded where !names.contains(name) { throw DataError(.unknownIdentity(name), file: root) }
    let excluded = Set(excluded)
    names.removeAll { excluded.contains($0) }
    guard !names.isEmpty else { throw DataError(.noIdentities, file: root) }
    self.root = root
    identities = try names.map { name in
      let files = try Self.names(in: "\(root)/\(name)")
      if let other = files.first(where: { !ImageFile.isImageName($0) || isFolder("\(root)/\(name)/\($0)") }) {
        throw DataError(.unexpectedFile(other), file: "\(root)/\(name)")
      }
      guard !files.isEmpty else { throw DataError(.emptyIdentity(name), file: root) }
      return Identity(name: name, images: files.map { "\(name)/\($0)" })
    }
  }

  /// The number of images of all identities.
  public var imageCount: Int { identities.reduce(0) { $0 + $1.images.count } }

  static func names(in folder: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !isJunk($0) }
        .sorted(by: isBefore)
    } catch {
      throw DataError(
        .unreadable(reason: isFile(folder) ? "it is no folder" : unreadableReason(folder)),
        file: folder
      )
    }
  }
}

func isFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}

func isFile(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
}

/// Orders names by their bytes, but runs of digits by value; of equal ones the shorter first.
func isBefore(_ a: String, _ b: String) -> Bool {
  var left = Array(a.utf8)[...]
  var right = Array(b.utf8)[...]
  func takeNumber(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = bytes.prefix { (48...57).contains($0) }
    bytes = bytes.dropFirst(digits.count)
    return digits.drop { $0 == 48 }
  }
  while let x = left.first, let y = right.first {
    if (48...57).contains(x), (48...57).contains(y) {
      let (m, n) = (takeNumber(&left), takeNumber(&right))
      if m.count != n.count { return m.count < n.count }
      if !m.elementsEqual(n) { return m.lexicographicallyPrecedes(n) }
    } else {
      if x != y { return x < y }
      left = left.dropFirst()
      right = right.dropFirst()
    }
  }
  return left.isEmpty && right.isEmpty
    ? a.utf8.count == b.utf8.count ? a < b : a.utf8.count < b.utf8.count : left.isEmpty
}
