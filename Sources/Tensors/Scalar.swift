internal import COpenBLAS

/// A number that tensors can hold: `Float` for training, `Double` for checking.
public protocol Scalar: BinaryFloatingPoint, SIMDScalar, Sendable, Codable, BitwiseCopyable
where RawSignificand: FixedWidthInteger {
  /// Computes `C ← α·op(A)·op(B) + β·C` on row-major matrices.
  ///
  /// `op(A)` is `[rows, inner]`, `op(B)` is `[inner, columns]`, `C` is `[rows, columns]`; a leading
  /// dimension is the distance in elements between rows as stored.
  static func multiply(
    rows: Int,
    columns: Int,
    inner: Int,
    scale: Self,
    _ a: UnsafePointer<Self>,
    stride aStride: Int,
    transposed aTransposed: Bool,
    _ b: UnsafePointer<Self>,
    stride bStride: Int,
    transposed bTransposed: Bool,
    keeping beta: Self,
    into c: UnsafeMutablePointer<Self>,
    stride cStride: Int
  )
  /// Returns `vector`, lane by lane, but where a lane lies below `floor` the floor.
  static func raise(_ vector: SIMD8<Self>, to floor: SIMD8<Self>) -> SIMD8<Self>

  /// Returns `vector`, lane by lane, but 0 where `gate` is not above `floor`.
  static func pass(_ vector: SIMD8<Self>, where gate: SIMD8<Self>, isAbove floor: SIMD8<Self>) -> SIMD8<Self>

  /// Returns `vector`, lane by lane, but 0 where `left` and `right` differ.
  static func pass(_ vector: SIMD8<Self>, where left: SIMD8<Self>, equals right: SIMD8<Self>) -> SIMD8<Self>

  /// The number without what stands behind its point.
  ///
  /// - Precondition: an `Int` can hold it.
  var wholePart: Int { get }
}
