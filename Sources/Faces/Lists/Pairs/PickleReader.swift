/// Reads a Python pickle (protocols 0 to 5) of lists, tuples, bytes, texts, integers and booleans, as data. Anything else,
/// for example an object of a class, is an error: nothing is executed.
///
/// Source: Python's `pickletools.py`, which documents the opcodes.
struct PickleReader {
  /// A value of the file.
  indirect enum Value {
    case none
    case integer(Int)
    /// Bytes or text, by place in the file.
    case bytes(Range<Int>)
    /// Bytes written as text, each a character of Latin-1 in UTF-8: as Python 3 writes them in protocol 2.
    case latin(Range<Int>)
    case list(List)
    /// A function by name; it is never called.
    case function(String)
    /// Where the items of a list begin on the stack.
    case mark
  }

  /// A list or a tuple; shared, since a pickle appends to a list after it was stored.
  final class List {
    var items: [Value]
    init(_ items: [Value]) { self.items = items }
  }

  private let bytes: UnsafeRawBufferPointer
  private let path: String
  private var place = 0
  private var stack: [Value] = []
  private var memo: [Int: Value] = [:]

  init(_ bytes: UnsafeRawBufferPointer, path: String) {
    self.bytes = bytes
    self.path = path
  }

  /// Reads the value.
  ///
  /// - Throws: a ``DataError``.
  func value() throws -> Value {
    var reader = self
    while let value = try reader.step() { return value }
    throw error("the end of the file", "a whole pickle")
  }

  private mutating func step() throws -> Value? {
    while place < bytes.count {
      let opcode = bytes[place]
      place += 1
      switch opcode {
      case 0x2E: return try pop()  // .
      case 0x80: _ = try take(1)  // protocol
      case 0x95: _ = try take(8)  // frame
      case 0x28: stack.append(.mark)  // (
      case 0x5D, 0x29: stack.append(.list(List([])))  // ] )
      case 0x6C, 0x74: stack.append(.list(List(try popToMark())))  // l t
      case 0x85...0x87: stack.append(.list(List(try pop(Int(opcode) - 0x84))))
      case 0x61:  // a
        let item = try pop()
        try append([item])
      case 0x65:  // e
        let items = try popToMark()
        try append(items)
      case 0x30: _ = try pop()  // 0
      case 0x4E: stack.append(.none)  // N
      case 0x88: stack.append(.integer(1))
      case 0x89: stack.append(.integer(0))
      case 0x4A, 0x4B, 0x4D: stack.append(.integer(try number(opcode == 0x4A ? 4 : opcode == 0x4B ? 1 : 2)))
      case 0x49: stack.append(try decimal())  // I
      case 0x43, 0x55, 0x8C: try takeBytes(lengthSize: 1)
      case 0x42, 0x54, 0x58: try takeBytes(lengthSize: 4)
      case 0x8E, 0x8D: try takeBytes(lengthSize: 8)
      case 0x71: memo[try number(1)] = try top()  // q
      case 0x72: memo[try number(4)] = try top()  // r
      case 0x94: memo[memo.count] = try top()
      case 0x70: memo[try index()] = try top()  // p
      case 0x68: try get(try number(1))  // h
      case 0x6A: try get(try number(4))  // j
      case 0x67: try get(try index())  // g
      case 0x63: stack.append(.function(try line() + "." + line()))  // c
      case 0x93: try function()
      case 0x52: try latin()  // R
      default: throw error("the instruction \(opcode) at byte \(place - 1)", "lists of bytes and booleans")
      }
    }
    return nil
  }

  private func error(_ found: String, _ expected: String) -> DataError {
    DataError(.format(found: found, expected: expected), file: path)
  }

  private mutating func take(_ count: Int) throws -> Range<Int> {
    guard count >= 0, count <= bytes.count - place else {
      throw error("the end of the file", "a whole pickle")
    }
    place += count
    return place - count..<place
  }

  /// An unsigned little-endian number.
  private mutating func number(_ size: Int) throws -> Int {
    try take(size).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
  }

  private mutating func takeBytes(lengthSize: Int) throws {
    let length = try number(lengthSize)
    stack.append(.bytes(try take(length)))
  }

  private mutating func line() throws -> String {
    let start = place
    while place < bytes.count, bytes[place] != 10 { place += 1 }
    guard place < bytes.count else { throw error("the end of the file", "a whole pickle") }
    place += 1
    return String(decoding: bytes[start..<place - 1], as: UTF8.self)
  }

  private mutating func decimal() throws -> Value {
    let text = try line()
    guard let value = Int(text) else { throw error("'\(text.prefix(20))'", "an integer") }
    return .integer(value)
  }

  private mutating func index() throws -> Int {
    guard case .integer(let value) = try decimal() else { return 0 }
    return value
  }

  private func top() throws -> Value {
    guard let last = stack.last else { throw error("an empty stack", "a value") }
    return last
  }

  private mutating func pop() throws -> Value {
    guard let last = stack.popLast() else { throw error("an empty stack", "a value") }
    return last
  }

  private mutating func pop(_ count: Int) throws -> [Value] {
    guard stack.count >= count else { throw error("an empty stack", "a value") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [Value] {
    guard
      let mark = stack.lastIndex(where: {
        if case .mark = $0 { true } else { false }
      })
    else { throw error("no mark", "a mark") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[(mark + 1)...])
  }

  private func append(_ items: [Value]) throws {
    guard case .list(let list) = try top() else { throw error("items without a list", "a list") }
    list.items += items
  }

  private mutating func get(_ index: Int) throws {
    guard let value = memo[index] else { throw error("an unknown memo \(index)", "a stored value") }
    stack.append(value)
  }

  private mutating func function() throws {
    let names = try pop(2).map { value in
      guard case .bytes(let range) = value else { throw error("a function without a name", "data") }
      return String(decoding: bytes[range], as: UTF8.self)
    }
    stack.append(.function(names.joined(separator: ".")))
  }

  /// What `_codecs.encode(text, 'latin1')` would return, without calling it.
  private mutating func latin() throws {
    let parts = try pop(2)
    guard case .function(let name) = parts[0], case .list(let arguments) = parts[1] else {
      throw error("a call without a function", "data")
    }
    guard name == "_codecs.encode", let first = arguments.items.first, case .bytes(let range) = first else {
      throw error("a call of '\(name.prefix(60))', which is not executed", "lists of bytes and booleans")
    }
    stack.append(.latin(range))
  }
}
