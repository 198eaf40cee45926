internal import Faces

extension PairList {
  /// Returns the list and the names of the rows with the person's folder first, as intervals over persons expect it: with
  /// slashes for backslashes, and without the folders that all names of the list share (`/data/lfw/Ana/1.jpg` becomes
  /// `Ana/1.jpg`).
  ///
  /// Nothing changes where two different names would become equal.
  func withPersonsFirst(_ members: [String]?) -> (list: PairList, members: [String]?) {
    let names = self.members
    let parts = names.map(pathComponents)
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
        file: pair.file ?? file,
        line: pair.line
      )
    }
  }
}

/// Throws an error unless a file of features has a row for each image, frame or name of a list.
///
/// - Parameters:
///   - rowCount: of the features.
///   - count: the number of images.
///   - list: the file that names the images.
///   - first: the first name, where the list may have a header that nothing tells from a name.
///   - features: the file of the features.
func requireRows(_ rowCount: Int, _ count: Int, of list: String, first: String? = nil, features: String)
  throws
{
  guard count != rowCount else { return }
  let header =
    count == rowCount + 1 ? first.map { "; if its first name, '\($0)', is a header, remove it" } : nil
  throw DataError(
    .format(
      found: "\(rowCount) rows",
      expected: "\(count) rows, one for each image of \(list)\(header ?? "")"
    ),
    file: features
  )
}
