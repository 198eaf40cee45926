/// The names and shapes of the tensors of a network's layers, in order; names are unique.
struct TensorList {
  private(set) var tensors: [(name: String, shape: [Int], isDecayed: Bool)] = []
  private var names: Set<String> = []
  private var end = 0

  /// Adds a tensor and returns the range of its elements among those of all tensors.
  ///
  /// Its name is `scope/role`. Without a scope, or where the name is taken, a numbered kind is put in between:
  /// `dense2/weight`.
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
