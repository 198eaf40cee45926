internal import Foundation

/// Reads Python's pickle format, versions 0 to 5, as data: nothing is imported, called or executed. Calls of Python
/// functions that the stream asks for stay descriptions.
///
/// Source: CPython, `Lib/pickletools.py`.
struct Pickle {
  /// A value of the stream. Collections and calls are numbers, so that no value holds another: a hostile stream can nest
  /// them as deeply as it likes.
  enum Value {
    case none
    case bool(Bool)
    case integer(Int)
    case real
    case text(String)
    /// A range of the stream.
    case bytes(Range<Int>)
    /// A byte string that version 0 spells with escapes: a place in ``spelled``.
    case spelled(Int)
    /// A list or a tuple: a place in ``collections``.
    case collection(Int)
    case dictionary
    /// A class or function by its module and name.
    case global(String)
    /// A call of a Python function that is not made: a place in ``calls``.
    case call(Int)
  }

  /// A call that the stream asks for.
  struct Call {
    var name: String
    var arguments: Int
    var state: Value?
  }

  private var source: PickleBytes
  private(set) var root = Value.none
  private(set) var collections: [[Value]] = []
  private(set) var calls: [Call] = []
  private var spelled: [Data] = []
  private var stack: [Value] = []
  private var marks: [Int] = []
  private var memo: [Int: Value] = [:]

  /// Reads the first object of a stream.
  ///
  /// - Throws: a ``DataError`` with the byte at which the stream cannot be understood.
  init(_ data: Data, file: String) throws(DataError) {
    source = PickleBytes(data, file: file)
    root = try run()
    (stack, memo) = ([], [:])
  }

  /// The values of a list or tuple; `nil` for another value.
  func items(_ value: Value) -> [Value]? {
    guard case .collection(let place) = value else { return nil }
    return collections[place]
  }

  /// The bytes of a byte string, or those that a NumPy array holds; `nil` for another value.
  func bytes(_ value: Value) -> Data? {
    switch value {
    case .bytes(let range): return source.data[relative: range]
    case .spelled(let place): return spelled[place]
    case .call(let place):
      let call = calls[place]
      let first = collections[call.arguments].first
      // A NumPy array is made by a call and then given (version, shape, type, order, bytes).
      if call.name.hasSuffix(" _reconstruct") {
        return call.state.flatMap(items)?.last.flatMap(content)
      }
      // Version 5 gives a NumPy array its bytes in the call, earlier ones a byte array.
      if call.name.hasSuffix(" _frombuffer") || call.name.hasSuffix(" bytearray") {
        return first.flatMap(content)
      }
      return content(value)
    default: return nil
    }
  }

  /// The bytes of a byte string, as they stand or as versions before 3 write those of Python 3: an encoded text.
  private func content(_ value: Value) -> Data? {
    switch value {
    case .bytes(let range): return source.data[relative: range]
    case .spelled(let place): return spelled[place]
    case .text(let text):
      let bytes = text.unicodeScalars.map { UInt8(exactly: $0.value) }
      return bytes.contains(nil) ? nil : Data(bytes.compactMap(\.self))
    case .call(let place) where calls[place].name == "_codecs encode":
      guard case .text? = collections[calls[place].arguments].first else { return nil }
      return collections[calls[place].arguments].first.flatMap(content)
    default: return nil
    }
  }

  /// The truth of a boolean, of 0 or 1, or of a NumPy boolean or number; `nil` for another value.
  func truth(_ value: Value) -> Bool? {
    switch value {
    case .bool(let value): return value
    case .integer(0): return false
    case .integer(1): return true
    case .call(let place):
      let call = calls[place]
      let arguments = collections[call.arguments]
      guard call.name.hasSuffix(" scalar"), arguments.count == 2, let type = elementType(arguments[0]),
        let bytes = content(arguments[1]), let truths = type.truths(bytes), truths.count == 1
      else { return nil }
      return truths[0]
    default: return nil
    }
  }

  /// The type of the elements of a NumPy array; `nil` for another value.
  func elementType(ofArray value: Value) -> PickledElement? {
    guard case .call(let place) = value else { return nil }
    let call = calls[place]
    if call.name.hasSuffix(" _reconstruct"), let state = call.state.flatMap(items), state.count == 5 {
      return elementType(state[2])
    }
    let arguments = collections[call.arguments]
    guard call.name.hasSuffix(" _frombuffer"), arguments.count > 1 else { return nil }
    return elementType(arguments[1])
  }

  /// The type that a call of `numpy.dtype` makes: its first argument is the name, its state has the order of bytes.
  private func elementType(_ value: Value) -> PickledElement? {
    guard case .call(let place) = value, calls[place].name == "numpy dtype",
      let name = collections[calls[place].arguments].first.flatMap(content)
    else { return nil }
    let order = calls[place].state.flatMap(items)?.dropFirst().first.flatMap(content)
    return PickledElement(
      name: String(decoding: name, as: UTF8.self),
      isBigEndian: order == Data([UInt8(ascii: ">")])
    )
  }

  // MARK: The stack

  private mutating func pop() throws(DataError) -> Value {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw source.damaged("a value is missing")
    }
    return value
  }

  private mutating func popMark() throws(DataError) -> [Value] {
    guard let mark = marks.popLast() else { throw source.damaged("a mark is missing") }
    guard mark <= stack.count else { throw source.damaged("a mark is missing") }
    let values = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return values
  }

  private mutating func push(_ values: [Value]) {
    stack.append(.collection(collections.count))
    collections.append(values)
  }

  private mutating func append(_ values: [Value]) throws(DataError) {
    guard case .collection(let place) = stack.last else { throw source.damaged("a list is missing") }
    collections[place] += values
  }

  private mutating func pushTuple(_ count: Int) throws(DataError) {
    guard stack.count - (marks.last ?? 0) >= count else { throw source.damaged("a value is missing") }
    let values = Array(stack.suffix(count))
    stack.removeLast(count)
    push(values)
  }

  private mutating func remember(_ key: Int) throws(DataError) {
    guard let top = stack.last else { throw source.damaged("a value is missing") }
    memo[key] = top
  }

  private mutating func recall(_ key: Int) throws(DataError) {
    guard let value = memo[key] else { throw source.damaged("a value is missing") }
    stack.append(value)
  }

  private mutating func call() throws(DataError) {
    guard case .collection(let arguments) = try pop(), case .global(let name) = try pop() else {
      throw source.damaged("a call that is not understood")
    }
    // NumPy's arrays, booleans and types, byte arrays, and bytes that versions before 3 encode.
    let known = [
      "_codecs encode", "builtins bytearray", "__builtin__ bytearray", "numpy dtype",
      "numpy.core.multiarray _reconstruct", "numpy._core.multiarray _reconstruct",
      "numpy.core.multiarray scalar", "numpy._core.multiarray scalar",
      "numpy.core.numeric _frombuffer", "numpy._core.numeric _frombuffer",
    ]
    guard known.contains(name) else {
      throw DataError(
        .format(
          found: "a call of '\(name.replacing(" ", with: ".").prefix(60))', which is not executed",
          expected: "lists of bytes and booleans"
        ),
        file: source.file
      )
    }
    stack.append(.call(calls.count))
    calls.append(Call(name: name, arguments: arguments))
  }

  // MARK: Instructions

  private mutating func run() throws(DataError) -> Value {
    while true {
      let code = source.data[relative: try source.take(1)].first ?? 0
      if code == UInt8(ascii: ".") {
        guard let value = stack.last else { throw source.damaged("the object is missing") }
        return value
      }
      try perform(code)
    }
  }

  private mutating func perform(_ code: UInt8) throws(DataError) {
    switch code {
    case 0x80: _ = try source.take(1)
    case 0x95: _ = try source.take(8)
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "1"): _ = try popMark()
    case UInt8(ascii: "N"): stack.append(.none)
    case 0x88: stack.append(.bool(true))
    case 0x89: stack.append(.bool(false))
    case UInt8(ascii: "K"): stack.append(.integer(try source.number(1)))
    case UInt8(ascii: "M"): stack.append(.integer(try source.number(2)))
    case UInt8(ascii: "J"): stack.append(.integer(try source.number(4, isSigned: true)))
    case 0x8A: stack.append(.integer(try source.number(min(8, try source.number(1)), isSigned: true)))
    case UInt8(ascii: "G"):
      _ = try source.take(8)
      stack.append(.real)
    case UInt8(ascii: "I"):
      let text = try source.line()
      stack.append(text == "01" ? .bool(true) : text == "00" ? .bool(false) : .integer(Int(text) ?? 0))
    case UInt8(ascii: "L"):
      let text = try source.line()
      stack.append(.integer(Int(text.hasSuffix("L") ? String(text.dropLast()) : text) ?? 0))
    case UInt8(ascii: "V"): stack.append(.text(try source.escapedText()))
    case UInt8(ascii: "S"):
      stack.append(.spelled(spelled.count))
      spelled.append(try source.quotedBytes())
    case UInt8(ascii: "U"), UInt8(ascii: "C"): stack.append(.bytes(try source.take(try source.number(1))))
    case UInt8(ascii: "T"), UInt8(ascii: "B"): stack.append(.bytes(try source.take(try source.number(4))))
    case 0x8E, 0x96: stack.append(.bytes(try source.take(try source.number(8))))
    case 0x8C: stack.append(.text(try source.text(try source.number(1))))
    case UInt8(ascii: "X"): stack.append(.text(try source.text(try source.number(4))))
    case 0x8D: stack.append(.text(try source.text(try source.number(8))))
    default: try performOnCollections(code)
    }
  }

  private mutating func performOnCollections(_ code: UInt8) throws(DataError) {
    switch code {
    case UInt8(ascii: "]"), UInt8(ascii: ")"): push([])
    case UInt8(ascii: "l"), UInt8(ascii: "t"): push(try popMark())
    case UInt8(ascii: "a"): try append([try pop()])
    case UInt8(ascii: "e"): try append(try popMark())
    case 0x85...0x87: try pushTuple(Int(code) - 0x84)
    case UInt8(ascii: "}"): stack.append(.dictionary)
    case UInt8(ascii: "s"): (_, _) = (try pop(), try pop())
    case UInt8(ascii: "u"): _ = try popMark()
    case UInt8(ascii: "d"):
      _ = try popMark()
      stack.append(.dictionary)
    case UInt8(ascii: "p"): try remember(try source.decimalLine())
    case UInt8(ascii: "g"): try recall(try source.decimalLine())
    case UInt8(ascii: "q"): try remember(try source.number(1))
    case UInt8(ascii: "r"): try remember(try source.number(4))
    case 0x94: try remember(memo.count)
    case UInt8(ascii: "h"): try recall(try source.number(1))
    case UInt8(ascii: "j"): try recall(try source.number(4))
    case UInt8(ascii: "c"):
      let module = try source.line()
      stack.append(.global("\(module) \(try source.line())"))
    case 0x93:
      guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
        throw source.damaged("a name is missing")
      }
      stack.append(.global("\(module) \(name)"))
    case UInt8(ascii: "R"), 0x81: try call()
    case UInt8(ascii: "b"):
      let state = try pop()
      guard case .call(let place) = stack.last else { throw source.damaged("an object is missing") }
      calls[place].state = state
    default: throw source.damaged("the instruction \(code) is not understood")
    }
  }
}
