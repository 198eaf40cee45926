/// A dense, row-major array of numbers; axis 0 is the batch.
///
/// A value: copies share storage until one of them is written.
public struct Tensor<Element: Scalar>: Sendable {
  /// The length of each axis, outermost first.
  public let shape: [Int]
  private var storage: AlignedMemory<Element>

  /// Creates a tensor of zeros.
  ///
  /// - Precondition: no axis is negative.
  public init(zeros shape: [Int]) {
    self.init(uninitialized: shape)
    // Byte by byte: for a generic element the library would write one number at a time.
    let bytes = UnsafeMutableRawPointer(storage.pointer)
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: storage.count * MemoryLayout<Element>.stride)
  }

  /// Creates a tensor from its elements in row-major order.
  ///
  /// - Precondition: the number of elements is the product of the shape.
  public init(_ elements: [Element], shape: [Int]) {
    self.init(uninitialized: shape)
    require(elements.count == storage.count, "\(elements.count) elements for the shape \(shape)")
    elements.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { storage.pointer.update(from: base, count: source.count) }
    }
  }

  /// Creates a tensor with undefined elements, which must be written before they are read.
  package init(uninitialized shape: [Int]) {
    require(shape.allSatisfy { $0 >= 0 }, "the shape \(shape) has a negative axis")
    self.shape = shape
    storage = AlignedMemory(count: shape.reduce(1, *))
  }

  private init(storage: AlignedMemory<Element>, shape: [Int]) {
    self.storage = storage
    self.shape = shape
  }

  /// The number of elements.
  public var count: Int { storage.count }
  /// The length of axis 0; 1 for a tensor without axes.
  public var rowCount: Int { shape.first ?? 1 }
  /// The number of elements of a row: of one index of axis 0.
  public var rowLength: Int { shape.dropFirst().reduce(1, *) }

  /// The elements in row-major order.
  public var elements: [Element] { Array(UnsafeBufferPointer(start: storage.pointer, count: count)) }

  /// Accesses the element at an index in row-major order.
  public subscript(flat index: Int) -> Element {
    get {
      require(index >= 0 && index < count, "index \(index) is outside 0..<\(count)")
      return storage.pointer[index]
    }
    set {
      require(index >= 0 && index < count, "index \(index) is outside 0..<\(count)")
      makeUnique()
      storage.pointer[index] = newValue
    }
  }

  /// Accesses the element at a row and a column of a matrix.
  public subscript(row: Int, column: Int) -> Element {
    get {
      require(
        row >= 0 && row < rowCount && column >= 0 && column < rowLength,
        "[\(row), \(column)] is outside \(shape)"
      )
      return storage.pointer[row * rowLength + column]
    }
    set {
      require(
        row >= 0 && row < rowCount && column >= 0 && column < rowLength,
        "[\(row), \(column)] is outside \(shape)"
      )
      makeUnique()
      storage.pointer[row * rowLength + column] = newValue
    }
  }

  /// Returns the elements of one row: of one index of axis 0.
  public func row(_ index: Int) -> [Element] {
    require(index >= 0 && index < rowCount, "row \(index) is outside 0..<\(rowCount)")
    return Array(UnsafeBufferPointer(start: storage.pointer + index * rowLength, count: rowLength))
  }

  /// Returns the same elements with another shape.
  ///
  /// - Precondition: both shapes have the same number of elements.
  public func reshaped(_ newShape: [Int]) -> Tensor {
    require(newShape.reduce(1, *) == count, "\(shape) cannot become \(newShape)")
    return Tensor(storage: storage, shape: newShape)
  }

  /// Calls the body with the elements.
  public func withUnsafePointer<Result, Failure: Error>(
    _ body: (UnsafePointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(storage.pointer)
  }

  /// Calls the body with the elements, which it may change.
  public mutating func withUnsafeMutablePointer<Result, Failure: Error>(
    _ body: (UnsafeMutablePointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    makeUnique()
    return try body(storage.pointer)
  }

  private mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&storage) { storage = AlignedMemory(copying: storage) }
  }
}
