// Writers of the published lists, for synthetic sets: what the readers read.

extension PairList {
  /// LFW's `pairs.txt`.
  ///
  /// - Precondition: each fold has as many pairs of a kind, first same, then different.
  package var lfwText: String {
    let perKind = pairs.count / max(1, 2 * foldCount)
    let lines = pairs.map { pair in
      let (first, second) = (Self.nameAndNumber(pair.first), Self.nameAndNumber(pair.second))
      return pair.isSame
        ? "\(first.name)\t\(first.number)\t\(second.number)"
        : "\(first.name)\t\(first.number)\t\(second.name)\t\(second.number)"
    }
    return (["\(foldCount)\t\(perKind)"] + lines).joined(separator: "\n") + "\n"
  }

  private static func nameAndNumber(_ path: String) -> (name: Substring, number: Int) {
    let digits = path.split(separator: "_").last?.prefix { $0.isNumber } ?? ""
    return (path.prefix { $0 != "/" }, Int(digits) ?? 0)
  }

  /// SLLFW's `pair_SLLFW.txt`.
  package var sllfwText: String { pairs.map { "\($0.first)\n\($0.second)\n" }.joined() }

  /// YTF's `splits.txt`, in five columns under a header.
  package var ytfText: String {
    var number = 0
    let lines = pairs.map { pair in
      number += 1
      return "\(pair.fold + 1), \(number), \(pair.first), \(pair.second), \(pair.isSame ? 1 : 0)\n"
    }
    return "split number, pair number, first name, second name, is same\n" + lines.joined()
  }
}

extension IJBList {
  /// InsightFace's list of images, templates and media.
  package var imageText: String { images.map { "\($0.path) \($0.template) \($0.medium)\n" }.joined() }

  /// InsightFace's list of pairs.
  package var pairText: String { pairs.map { "\($0.first) \($0.second) \($0.isSame ? 1 : 0)\n" }.joined() }
}
