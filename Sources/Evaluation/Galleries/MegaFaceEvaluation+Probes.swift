internal import Faces
internal import Tensors

extension MegaFaceEvaluation {
  /// The probes' features, and which of the list's images they are of.
  func probeFeatures(
    _ list: MegaFaceList,
    _ left: inout LeftOut
  ) throws -> (features: Tensor<Float>, present: [Int]) {
    let paths = list.paths
    let noisy = try noise(probeNoise, paths, what: "probes", &left)
    let table: FeatureTable
    var there = Array(paths.indices)
    if isNumpyPath(probes) {
      table = try FeatureTable(probes)
      guard table.features.rowCount == paths.count else {
        let expected = "\(paths.count) rows, one for each image of \(probeList)"
        throw DataError(.format(found: "\(table.features.rowCount) rows", expected: expected), file: probes)
      }
    } else {
      let missing = allowsMissing ? MissingTally() : nil
      there = MegaFaceFeatures.present(root: probes, paths: paths, ending: ending, missing: missing)
      left.probes += missing?.count ?? 0
      let files = try MegaFaceFeatures(root: probes, paths: there.map { paths[$0] }, ending: ending)
      table = try FeatureTable(files.tensor(), path: probes)
    }
    if !allowsMissing { try table.requireAll { paths[there[$0]] } }
    left.probes += table.marks.count
    let rows = there.indices.filter { table.marks[$0] == nil && !noisy.contains(there[$0]) }
    return (table.features.selecting(rows), rows.map { there[$0] })
  }

  /// The places of a list's images that a list of noisy ones names: an image a line, by its path or its name; lines that
  /// begin with # are comments.
  func noise(_ path: String?, _ paths: [String]?, what: String, _ left: inout LeftOut) throws -> Set<Int> {
    guard let path else { return [] }
    guard let paths else {
      throw DataError(
        .format(found: "no list of images", expected: "the list too: --distractor-list"),
        file: path
      )
    }
    let names = Set(try NameList.read(path).filter { !$0.hasPrefix("#") }.map(Self.key))
    let noisy = Set(
      paths.indices.filter {
        names.contains(Self.key(paths[$0])) || names.contains(Self.key(Self.name(paths[$0])))
      }
    )
    guard !noisy.isEmpty || names.isEmpty else {
      throw DataError(
        .format(found: "names of which none is among the \(what)", expected: "their paths or names"),
        file: path
      )
    }
    if noisy.count < names.count {
      left.notices.append(
        "\(names.count - noisy.count) of the \(names.count) images of \(path) are not among the \(what)."
      )
    }
    if what == "probes" { left.noisyProbes = noisy.count } else { left.noisyDistractors = noisy.count }
    return noisy
  }

  private static func name(_ path: String) -> String {
    String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
  }

  /// A path without its ending and with _ for spaces, as lists write it.
  private static func key(_ path: String) -> String {
    let end = path.lastIndex(of: ".").flatMap { path[$0...].contains("/") ? nil : $0 } ?? path.endIndex
    return String(path[..<end]).replacing(" ", with: "_")
  }
}
