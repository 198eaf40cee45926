internal import Faces
internal import Tensors

extension MegaFaceEvaluation {
  /// The probes' features, the rows of them that count, and which of the list's images these are of.
  func probeFeatures(
    _ list: MegaFaceList,
    _ left: inout LeftOut
  ) throws -> (table: FeatureTable, rows: [Int], present: [Int]) {
    let paths = list.paths
    let noisy = try noise(probeNoise, paths, what: "probes", &left)
    let table: FeatureTable
    var there = Array(paths.indices)
    if !isFeatureFolder(probes) {
      table = try FeatureTable(probes)
      try requireRows(table.features.rowCount, paths.count, of: probeList, features: probes)
    } else {
      let missing = allowsMissing ? MissingTally() : nil
      there = MegaFaceFeatures.present(root: probes, paths: paths, ending: ending, missing: missing)
      left.probes += missing?.count ?? 0
      let files = try MegaFaceFeatures(root: probes, paths: there.map { paths[$0] }, ending: ending)
      table = try FeatureTable(files.tensor(), path: probes)
    }
    if !allowsMissing { try table.requireAll(canLeaveOut: canLeaveOut) { paths[there[$0]] } }
    left.probes += table.marks.count
    let rows = there.indices.filter { table.marks[$0] == nil && !noisy.contains(there[$0]) }
    return (table, rows, rows.map { there[$0] })
  }

  /// The places of a list's images that a list of noisy ones names: an image a line, by its path, the end of its path or its
  /// name, with any ending; lines that begin with # and name none are comments.
  func noise(_ path: String?, _ paths: [String]?, what: String, _ left: inout LeftOut) throws -> Set<Int> {
    guard let path else { return [] }
    guard let paths else {
      throw DataError(
        .format(found: "no list of images", expected: "the list too: --distractor-list"),
        file: path
      )
    }
    let names = Set(try NameList.read(path).map(Self.key))
    // Absolute paths end in the path that the list has.
    var ends: [Substring: [String]] = [:]
    for name in names where !name.hasPrefix("#") {
      for end in Self.ends(of: name).dropFirst() { ends[end, default: []].append(name) }
    }
    var (noisy, found): (Set<Int>, Set<String>) = ([], [])
    for (place, image) in paths.enumerated() {
      let key = Self.key(image)
      let named = Self.ends(of: key).map(String.init).filter(names.contains) + (ends[key[...]] ?? [])
      guard !named.isEmpty else { continue }
      noisy.insert(place)
      found.formUnion(named)
    }
    let unknown = names.subtracting(found).filter { !$0.hasPrefix("#") }
    guard !noisy.isEmpty || unknown.isEmpty else {
      throw DataError(
        .format(found: "names of which none is among the \(what)", expected: "their paths or names"),
        file: path
      )
    }
    if !unknown.isEmpty {
      let count = unknown.count + found.count
      left.notices.append("\(unknown.count) of the \(count) images of \(path) are not among the \(what).")
    }
    if what == "probes" { left.noisyProbes = noisy.count } else { left.noisyDistractors = noisy.count }
    return noisy
  }

  /// A path, then without its first folder, and so on to the name alone.
  private static func ends(of path: String) -> [Substring] {
    var ends = [path[...]]
    while let rest = ends.last, let slash = rest.utf8.firstIndex(of: 47) {
      ends.append(rest[rest.utf8.index(after: slash)...])
    }
    return ends
  }

  /// A path with slashes, without its ending, `.` and a drive, and with _ for spaces, as lists write it.
  private static func key(_ path: String) -> String {
    let name = pathComponents(path).joined(separator: "/")
    let end =
      name.utf8.lastIndex(of: 46).flatMap { name.utf8[$0...].contains(47) ? nil : $0 } ?? name.endIndex
    return String(name[..<end]).replacing(" ", with: "_")
  }
}
