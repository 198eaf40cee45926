internal import Chapters
internal import Digests
internal import Findings

/// Computes the cache keys of one chapter's cells, top to bottom.
struct ChapterKeys {
  private let context: KeyContext
  private let sources: String
  private let declaredReads: String
  /// A digest of the code of all cells so far.
  private var above = ""
  private var placeMatters: Bool
  /// The remaining cells, the next one last, each with a digest of the declarations below it.
  private var pending: [(tokens: CodeTokens, below: String)] = []

  init(_ cells: [Cell], context: KeyContext) {
    self.context = context
    let tokens = context.sources.mapValues(CodeTokens.init)
    placeMatters = tokens.values.contains { $0.dependsOnPlace }
    var hasher = Hasher256()
    for (name, tokens) in tokens.sorted(by: { $0.key < $1.key }) {
      hasher.field(name)
      hasher.field(tokens.text)
    }
    sources = tokens.isEmpty ? "" : hasher.finish().hex
    var below = ""
    for cell in cells.reversed() {
      let tokens = CodeTokens(cell.code)
      pending.append((tokens, below))
      // A cell may use a function or type of a later one, which also decides how its calls are resolved.
      if tokens.declares { below = Digest(of: Digest(of: tokens.text).hex + below).hex }
    }
    declaredReads = Set(cells.flatMap(\.reads)).sorted().joined(separator: ",")
  }

  /// Returns the key of the next cell, given the keys of what it needs in other chapters.
  ///
  /// - Precondition: called once for each cell, in their order.
  mutating func next(_ cell: Cell, needs: [String: String]) -> CellKey {
    let (tokens, below) = pending.removeLast()
    let code = Digest(of: tokens.text).hex
    // A function above may take its caller's `#line` by default, so one literal marks all that follows.
    placeMatters = placeMatters || tokens.dependsOnPlace
    let parts: [KeyPart: String] = [
      .schema: CellKey.currentSchema,
      .cell: cell.id,
      .code: code,
      .above: above,
      .below: below,
      .place: placeMatters ? "\(cell.location) \(Digest(of: cell.code).hex)" : "",
      .reads: declaredReads,
      .sources: sources,
      .environment: Set(context.environment).sorted().joined(separator: ","),
      .laboratory: context.laboratory,
      .compiler: context.compiler,
      .kernel: context.kernel,
      .profile: context.profile,
      .seed: String(context.seed),
    ]
    above = Digest(of: above + code).hex
    var components: [String: String] = [:]
    for (part, value) in parts { components[part.rawValue] = value }
    for (name, key) in needs { components[CellKey.needPrefix + name] = key }
    return CellKey(components: components)
  }
}
