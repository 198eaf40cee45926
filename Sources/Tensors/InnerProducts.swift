// Inner products and squared distances of two vectors, each summed in one fixed order so that equal inputs give equal
// bits on every thread. Losses sum in 8 interleaved partial sums, benchmarks in 16: the orders differ, so the last
// bits do, and each function's name says its order.

/// Returns the inner product of two vectors, in 8 interleaved partial sums; the last `count % 8` products are summed
/// apart.
///
/// - Parameters:
///   - a: `[count]`.
///   - b: `[count]`.
@inlinable @inline(__always)
package func innerProduct8<Element: Scalar>(
  _ a: UnsafePointer<Element>,
  _ b: UnsafePointer<Element>,
  _ count: Int
) -> Element {
  var sums = SIMD8<Element>(repeating: 0)
  let whole = count & ~7
  for start in stride(from: 0, to: whole, by: 8) {
    let left = UnsafeRawPointer(a + start).loadUnaligned(as: SIMD8<Element>.self)
    let right = UnsafeRawPointer(b + start).loadUnaligned(as: SIMD8<Element>.self)
    sums += left * right
  }
  var rest: Element = 0
  for index in whole..<count { rest += a[index] * b[index] }
  return sums.sum() + rest
}

/// Returns the squared Euclidean distance of two vectors, in 8 interleaved partial sums; the last `count % 8` squares
/// are summed apart.
///
/// - Parameters:
///   - a: `[count]`.
///   - b: `[count]`.
@inlinable @inline(__always)
package func squaredDistance8<Element: Scalar>(
  _ a: UnsafePointer<Element>,
  _ b: UnsafePointer<Element>,
  _ count: Int
) -> Element {
  var sums = SIMD8<Element>(repeating: 0)
  let whole = count & ~7
  for start in stride(from: 0, to: whole, by: 8) {
    let left = UnsafeRawPointer(a + start).loadUnaligned(as: SIMD8<Element>.self)
    let right = UnsafeRawPointer(b + start).loadUnaligned(as: SIMD8<Element>.self)
    let difference = left - right
    sums += difference * difference
  }
  var rest: Element = 0
  for index in whole..<count { rest += (a[index] - b[index]) * (a[index] - b[index]) }
  return sums.sum() + rest
}

/// Returns the inner product of two vectors, in 16 interleaved partial sums to which the last `count % 16` products are
/// added in turn.
///
/// - Parameters:
///   - a: `[count]`.
///   - b: `[count]`.
@inlinable @inline(__always)
package func innerProduct16<Element: Scalar>(
  _ a: UnsafePointer<Element>,
  _ b: UnsafePointer<Element>,
  _ count: Int
) -> Element {
  var sums = SIMD16<Element>.zero
  var index = 0
  while index + 16 <= count {
    let left = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD16<Element>.self)
    let right = UnsafeRawPointer(b + index).loadUnaligned(as: SIMD16<Element>.self)
    sums += left * right
    index += 16
  }
  var sum = sums.sum()
  while index < count {
    sum += a[index] * b[index]
    index += 1
  }
  return sum
}

/// Returns the squared Euclidean distance of two vectors, in 16 interleaved partial sums to which the last
/// `count % 16` squares are added in turn.
///
/// - Parameters:
///   - a: `[count]`.
///   - b: `[count]`.
@inlinable @inline(__always)
package func squaredDistance16<Element: Scalar>(
  _ a: UnsafePointer<Element>,
  _ b: UnsafePointer<Element>,
  _ count: Int
) -> Element {
  var sums = SIMD16<Element>.zero
  var index = 0
  while index + 16 <= count {
    let left = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD16<Element>.self)
    let right = UnsafeRawPointer(b + index).loadUnaligned(as: SIMD16<Element>.self)
    let difference = left - right
    sums += difference * difference
    index += 16
  }
  var sum = sums.sum()
  while index < count {
    sum += (a[index] - b[index]) * (a[index] - b[index])
    index += 1
  }
  return sum
}
