internal import CKernels

/// Computes `C = α·op(A)·op(B)` on row-major matrices by kernels of our own, which take four fifths of OpenBLAS's time for a few
/// rows; each element is one sum, in the order of the inner index.
///
/// `op(A)` is `[rows, inner]`, `op(B)` is `[inner, columns]`, `C` is `[rows, columns]`; `op` transposes or does not; a stride is
/// the distance in elements between neighbouring rows of a matrix as it is stored.
package func multiplyInOrder(
  rows: Int,
  columns: Int,
  inner: Int,
  scale: Float,
  _ a: UnsafePointer<Float>,
  stride aStride: Int,
  transposed aTransposed: Bool,
  _ b: UnsafePointer<Float>,
  stride bStride: Int,
  transposed bTransposed: Bool,
  into c: UnsafeMutablePointer<Float>,
  stride cStride: Int
) {
  // Room for a panel of 32 columns of B.
  let panel = AlignedMemory<Float>(count: 32 * inner)
  matrix_product(
    matrix(first: a, row: aTransposed ? 1 : aStride, column: aTransposed ? aStride : 1),
    matrix(first: b, row: bTransposed ? 1 : bStride, column: bTransposed ? bStride : 1),
    c,
    cStride,
    rows,
    columns,
    inner,
    scale,
    panel.pointer
  )
}
