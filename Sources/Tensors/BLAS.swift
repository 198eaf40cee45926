internal import COpenBLAS

// The only file that calls OpenBLAS. Each call runs on the calling thread alone: with OpenBLAS's own threads the bits would
// depend on their number; with `Parallel` they do not.

private let singleThread: Void = openblas_set_num_threads(1)

extension Float: Scalar {
  public static func multiply(
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
    keeping beta: Float,
    into c: UnsafeMutablePointer<Float>,
    stride cStride: Int
  ) {
    _ = singleThread
    cblas_sgemm(
      CblasRowMajor,
      aTransposed ? CblasTrans : CblasNoTrans,
      bTransposed ? CblasTrans : CblasNoTrans,
      Int32(rows),
      Int32(columns),
      Int32(inner),
      scale,
      a,
      Int32(aStride),
      b,
      Int32(bStride),
      beta,
      c,
      Int32(cStride)
    )
  }
}

extension Double: Scalar {
  public static func multiply(
    rows: Int,
    columns: Int,
    inner: Int,
    scale: Double,
    _ a: UnsafePointer<Double>,
    stride aStride: Int,
    transposed aTransposed: Bool,
    _ b: UnsafePointer<Double>,
    stride bStride: Int,
    transposed bTransposed: Bool,
    keeping beta: Double,
    into c: UnsafeMutablePointer<Double>,
    stride cStride: Int
  ) {
    _ = singleThread
    cblas_dgemm(
      CblasRowMajor,
      aTransposed ? CblasTrans : CblasNoTrans,
      bTransposed ? CblasTrans : CblasNoTrans,
      Int32(rows),
      Int32(columns),
      Int32(inner),
      scale,
      a,
      Int32(aStride),
      b,
      Int32(bStride),
      beta,
      c,
      Int32(cStride)
    )
  }
}

/// The name of the kernels that OpenBLAS uses on this processor, for example `SkylakeX`.
public var openBLASKernel: String { String(cString: openblas_get_corename()) }
