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
}
