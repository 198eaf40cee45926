/// The shape of the two matrices `[row, channel]` of a row kernel: one is read, one is written.
struct Rows {
  /// The number of rows.
  var count: Int
  /// The number of channels of a row.
  var channels: Int
  /// The distance in elements between neighbouring rows of the matrix that is read.
  var from: Int
  /// The distance in elements between neighbouring rows of the matrix that is written.
  var to: Int
}
