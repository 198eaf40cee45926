/// Matches the paths of a list with those of existing files, which often differ in the folders above the person's, in the
/// kind of slash, and in the ending.
///
/// A path matches another if both are equal, or else if the wanted path's components, without the ending of the last
/// one, are the last components of exactly one other path, or the other way round: `Name/Name_0001.jpg` matches
/// `./Name/Name_0001.png`, `/data/lfw/Name/Name_0001.JPG` and `Name\Name_0001.jpg`.
package struct PathResolver: Sendable {
  private let paths: [String]
  private let places: [String: Int]
  /// By the number of last components that are compared, then by these: the places of the paths, at most two.
  private var byDepth: [Int: [Substring: [Int]]] = [:]
  /// By all components: the places of the paths, at most two.
  private var whole: [Substring: [Int]] = [:]

  /// What a path matches.
  package enum Match: Hashable, Sendable {
    case found(Int)
    case missing
    case ambiguous(String, String)
  }

  /// - Parameter depths: how many components the paths that will be asked for have.
  package init(_ paths: [String], depths: Set<Int>) {
    self.paths = paths
    places = Dictionary(paths.enumerated().map { ($1, $0) }) { first, _ in first }
    let stems = paths.map { pathStem(canonicalPath($0)) }
    for (place, stem) in stems.enumerated()
    where places[paths[place]] == place && whole[Substring(stem), default: []].count < 2 {
      whole[Substring(stem), default: []].append(place)
    }
    for depth in depths {
      var table: [Substring: [Int]] = [:]
      for (place, stem) in stems.enumerated() where places[paths[place]] == place {
        let key = lastComponents(stem, depth)
        if table[key, default: []].count < 2 { table[key, default: []].append(place) }
      }
      byDepth[depth] = table
    }
  }

  /// Returns what a path matches.
  package func match(_ path: String) -> Match {
    if let place = places[path] { return .found(place) }
    let stem = Substring(pathStem(canonicalPath(path)))
    var found = byDepth[pathDepth(path)]?[lastComponents(String(stem), pathDepth(path))] ?? whole[stem] ?? []
    // Without its first components it may be one of the paths.
    var rest = stem
    while found.isEmpty, let slash = rest.utf8.firstIndex(of: 47) {
      rest = rest[rest.utf8.index(after: slash)...]
      found = whole[rest] ?? []
    }
    guard found.count < 2 else { return .ambiguous(paths[found[0]], paths[found[1]]) }
    return found.first.map(Match.found) ?? .missing
  }
}

extension PairList {
  /// Returns the list with its images or videos under the names that others have for them, for example those of a list of
  /// feature rows; what matches none keeps its name.
  ///
  /// - Throws: a ``DataError`` with the line of a pair whose image matches two names.
  package func renamed(to names: [String], file: String) throws -> PairList {
    let resolver = PathResolver(names, depths: Set(members.map(pathDepth)))
    var known: [String: String] = [:]
    func name(_ member: String, of pair: Pair) throws -> String {
      if let name = known[member] { return name }
      switch resolver.match(member) {
      case .found(let place): known[member] = names[place]
      case .missing: known[member] = member
      case .ambiguous(let first, let second):
        throw DataError(.ambiguousPath(member, first, second), file: pair.file ?? file, line: pair.line)
      }
      return known[member] ?? member
    }
    return PairList(
      try pairs.map { pair in
        var renamed = pair
        renamed.first = try name(pair.first, of: pair)
        renamed.second = try name(pair.second, of: pair)
        return renamed
      }
    )
  }
}

/// Returns the components of a path between slashes of either kind, without `.`, empty ones and a drive (`C:`) before others.
package func pathComponents(_ path: String) -> [Substring] {
  let parts = path.utf8.split { $0 == 47 || $0 == 92 }.filter { !$0.elementsEqual([46]) }
  let hasDrive = parts.count > 1 && parts[0].count == 2 && parts[0].last == 58
  return parts.dropFirst(hasDrive ? 1 : 0).map { Substring($0) }
}

/// Returns a path with slashes in place of backslashes, without `./`, empty components and a drive.
package func canonicalPath(_ path: String) -> String {
  let text = pathComponents(path).joined(separator: "/")
  return path.utf8.first == 47 ? "/" + text : text
}

/// The number of components of a path.
func pathDepth(_ path: String) -> Int { pathComponents(path).count }

/// Returns a path without the ending of its last component, if that is one of a picture, or `.npy` with or without such a one
/// before it: features of single pictures have the names of the pictures.
func pathStem(_ path: String) -> String {
  let end = ending(of: path)
  if end == "npy" { return pathStem(String(path.dropLast(4))) }
  return PictureFormat.endings.contains(end) ? String(path.dropLast(end.utf8.count + 1)) : path
}

/// Returns what follows the last point of a path's last component, in lower case; empty where there is none.
func ending(of path: String) -> String {
  guard let point = path.utf8.lastIndex(of: 46) else { return "" }
  let end = path[path.utf8.index(after: point)...]
  return end.utf8.contains(47) ? "" : end.lowercased()
}

/// Returns the last components of a path, all of them where it has fewer.
private func lastComponents(_ path: String, _ count: Int) -> Substring {
  var left = count
  var place = path.utf8.endIndex
  while place > path.utf8.startIndex {
    let before = path.utf8.index(before: place)
    if path.utf8[before] == 47 {
      left -= 1
      if left == 0 { return path[place...] }
    }
    place = before
  }
  return path[...]
}
