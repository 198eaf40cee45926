/// Stops the program with a message unless a condition holds.
///
/// Unlike `precondition` it prints its message in optimised code too: the laboratory is optimised, and the author of a cell must
/// read what was wrong. For mistakes in a program; a bad file throws an error instead.
@inline(__always)
public func require(
  _ condition: Bool,
  _ message: @autoclosure () -> String,
  file: StaticString = #fileID,
  line: UInt = #line
) {
  if !condition { fatalError(message(), file: file, line: line) }
}
