internal import COpenBLAS

/// An element type of tensors: `Float` for training, `Double` for checking.
public protocol Scalar: BinaryFloatingPoint, SIMDScalar, Sendable, Codable, BitwiseCopyable
where RawSignificand: FixedWidthInteger {
  /// Computes `C ← α·op(A)·op(B) + β·C` on row-major matrices.
  ///
  /// `op(A)` is `[rows, inner]`, `op(B)` is `[inner, columns]`, `C` is `[rows, columns]`; `op` transposes or does not; a stride is
  /// the distance in elements between neighbouring rows of a matrix as it is stored.
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
  /// Returns the maximum of each lane of `vector` and `floor`; NaN lanes of `vector` stay NaN.
  static func raise(_ vector: SIMD8<Self>, to floor: SIMD8<Self>) -> SIMD8<Self>

  /// Returns each lane of `vector`, or 0 where `gate` is at most `floor`; NaN lanes of `gate` pass.
  static func pass(_ vector: SIMD8<Self>, where gate: SIMD8<Self>, isAbove floor: SIMD8<Self>) -> SIMD8<Self>

  /// The integer part: the number truncated toward zero.
  ///
  /// - Precondition: an `Int` can hold it.
  var wholePart: Int { get }
}
