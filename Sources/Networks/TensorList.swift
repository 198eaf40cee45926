/// The tensors that a network's layers ask for, in order, each under a name of its own.
struct TensorList {
  private(set) var tensors: [(name: String, shape: [Int], isDecayed: Bool)] = []
  private var names: Set<String> = []
  private var end = 0

  /// Adds a tensor and returns its place among all elements.
  ///
  /// Its name is `scope/role`. Outside a scope, and where a scope holds several of the kind, a numbered kind comes
  /// between: `dense2/weight`.
  mutating func add(_ role: String, _ shape: [Int], _ isDecayed: Bool, _ scope: String, _ kind: String)
    -> Range<Int>
  {
    let prefix = scope.isEmpty ? "" : scope + "/"
    var name = prefix + role
    var number = 1
    while scope.isEmpty && number == 1 || names.contains(name) {
      name = "\(prefix)\(kind)\(number)/\(role)"
      number += 1
    }
    names.insert(name)
    tensors.append((name, shape, isDecayed))
    let start = end
    end += shape.reduce(1, *)
    return start..<end
  }
}
