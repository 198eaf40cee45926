internal import Faces

/// Reads the image or video of each row, a name a line, which may stand in double quotes.
///
/// - Throws: a ``DataError``.
package func rowNames(_ path: String) throws -> [String] {
  try NameList.read(path).map { name in
    let isQuoted = name.count > 2 && name.first == "\"" && name.last == "\""
    return isQuoted ? String(name.dropFirst().dropLast()) : name
  }
}

extension PairList {
  /// Returns the list and the names of the rows with the person's folder first, as intervals over persons expect it: with slashes for
  /// backslashes, and without the folders that all names of the list share (`/data/lfw/Ana/1.jpg` becomes `Ana/1.jpg`).
  ///
  /// Nothing changes where two different names would become equal.
  func withPersonsFirst(_ members: [String]?) -> (list: PairList, members: [String]?) {
    let names = self.members
    let parts = names.map(Self.components)
    guard var shared = parts.first.map({ Array($0.dropLast()) }) else { return (self, members) }
    for part in parts {
      let common = zip(shared, part.dropLast()).prefix { $0 == $1 }.count
      shared.removeLast(shared.count - common)
    }
    let short = parts.map { $0.dropFirst(shared.count).joined(separator: "/") }
    guard short != names, Set(short).count == short.count else { return (self, members) }
    let table = Dictionary(uniqueKeysWithValues: zip(names, short))
    let renamed = members?.map { table[$0] ?? $0 }
    if let renamed, Set(renamed).count < renamed.count { return (self, members) }
    let pairs = pairs.map { pair in
      var pair = pair
      pair.first = table[pair.first] ?? pair.first
      pair.second = table[pair.second] ?? pair.second
      return pair
    }
    return (PairList(pairs), renamed)
  }

  /// The folders and the name of a path, without `.` and a drive.
  private static func components(_ path: String) -> [Substring] {
    let parts = path.utf8.split { $0 == 47 || $0 == 92 }.map { Substring($0) }.filter { $0 != "." }
    return parts.count > 1 && parts[0].count == 2 && parts[0].last == ":" ? Array(parts.dropFirst()) : parts
  }

  /// Whether the first folders of the names are persons: equal within pairs of one person, different within others.
  var namesPersons: Bool {
    pairs.allSatisfy { pair in
      (pair.first.prefix { $0 != "/" } == pair.second.prefix { $0 != "/" }) == pair.isSame
    }
  }

  /// Throws an error if an image of a pair has no feature.
  ///
  /// - Parameters:
  ///   - names: of the rows.
  ///   - namesFile: the file of these names.
  ///   - file: the file of the pairs.
  /// - Throws: a ``DataError`` with the line of the pair.
  func requireAll(in names: [String], _ namesFile: String, file: String) throws {
    let known = Set(names)
    for pair in pairs {
      guard let absent = [pair.first, pair.second].first(where: { !known.contains($0) }) else { continue }
      let first = names.first.map { ", whose first line is '\($0)'" } ?? ", which is empty"
      throw DataError(
        .format(
          found: "'\(absent)', which has no line in \(namesFile)\(first)",
          expected: "images with a feature; embed it too, or leave its pairs out by --allow-missing"
        ),
        file: file,
        line: pair.line
      )
    }
  }
}
