internal import Benchmarks
internal import Faces

/// A row that an embedder wrote where it found no face, or that single precision cannot hold.
package indirect enum FeatureMark: Hashable, Sendable {
  case zeros, notFinite, tooSmall, constant
  /// A half is such a row: the feature of the image, or of its mirror image.
  case inHalf(FeatureMark)
  /// The halves, which are added, sum to zero.
  case cancellingHalves

  /// What is wrong with a row of numbers; `nil` for a feature.
  ///
  /// - Parameter constants: whether rows of one number are features.
  init?(_ numbers: UnsafeBufferPointer<Float>, _ constants: ConstantRows = .areMarks) {
    guard let first = numbers.first else { return nil }
    // Few rows begin with two equal numbers: they alone are read to the end.
    if numbers.count == 1 || first == numbers[1], numbers.allSatisfy({ $0 == first }) {
      guard first != 0 else {
        self = .zeros
        return
      }
      if first.isFinite, numbers.count >= 8, !constants.allows(first) {
        self = .constant
        return
      }
    }
    // The bits of magnitudes are ordered as these, with infinity and NaN above all.
    var greatest: UInt32 = 0
    for number in numbers { greatest = max(greatest, number.bitPattern & 0x7FFF_FFFF) }
    switch greatest {
    case 0: self = .zeros
    case ..<Float.leastNormalMagnitude.bitPattern: self = .tooSmall
    case Float.infinity.bitPattern...: self = .notFinite
    default: return nil
    }
  }

  /// What is wrong with a row of two halves; `nil` for a feature.
  init?(_ numbers: UnsafeBufferPointer<Float>, _ halves: FeatureHalves) {
    if let whole = FeatureMark(numbers) {
      self = whole
      return
    }
    guard halves != .none, numbers.count > 1, numbers.count.isMultiple(of: 2) else { return nil }
    let middle = numbers.count / 2
    for half in [numbers[..<middle], numbers[middle...]] {
      guard let mark = FeatureMark(UnsafeBufferPointer(rebasing: half)) else { continue }
      self = .inHalf(mark)
      return
    }
    guard halves == .summed, halvesCancel(numbers) else { return nil }
    self = .cancellingHalves
  }

  /// The number that a row, or a half of it, has in all places.
  fileprivate func constant(_ numbers: UnsafeBufferPointer<Float>) -> Float? {
    switch self {
    case .constant: return numbers[0]
    case .inHalf(.constant):
      let (middle, first) = (numbers.count / 2, numbers[0])
      return numbers[..<middle].allSatisfy { $0 == first } ? first : numbers[middle]
    default: return nil
    }
  }

  /// What is wrong, after "which" or "a half of which".
  private var fault: String {
    switch self {
    case .zeros: "is all zeros (in single precision): no face was found there"
    case .constant: "has the same number in all places: no face was found there"
    case .notFinite: "has a NaN, an infinity or a number beyond single precision (3.4e38)"
    case .tooSmall: "has only numbers below 1.2e-38, where single precision rounds them coarsely"
    case .cancellingHalves: "has halves that cancel out: their sum is all zeros, which has no direction"
    case .inHalf(let mark): mark.fault
    }
  }

  private var remedy: String {
    switch self {
    case .zeros, .constant: "embed the image again"
    case .notFinite: "embed the image again, or scale all features by one factor"
    case .tooSmall: "scale all features by one factor"
    case .cancellingHalves: "embed the image and its mirror image again"
    case .inHalf(let mark): mark.remedy
    }
  }

  /// The error for a row.
  ///
  /// - Parameters:
  ///   - row: counted from 0.
  ///   - name: of the row's image.
  ///   - canLeaveOut: whether the command has `--allow-missing`.
  func error(row: Int, name: String, path: String, canLeaveOut: Bool = true) -> DataError {
    var part = "which"
    if case .inHalf = self { part = "a half of which" }
    return DataError(
      .format(
        found: "no feature in row \(row) (counted from 0, \(name)), \(part) \(fault)",
        expected: "a feature; \(remedy)" + (canLeaveOut ? ", or leave it out by --allow-missing" : "")
      ),
      file: path
    )
  }
}

/// How a row is made of the features of an image and of its mirror image.
package enum FeatureHalves: Hashable, Sendable {
  /// It is one feature.
  case none
  /// Its halves are two features.
  case each
  /// Its halves are two features, which are added.
  case summed

  init(_ normalisation: FeatureNormalisation) {
    switch normalisation {
    case .whole, .none: self = .none
    case .halves: self = .each
    case .flipSum: self = .summed
    }
  }
}

/// Whether rows of one number in all places are features.
enum ConstantRows: Hashable, Sendable {
  /// They mark images without a face: some programs write −1 there.
  case areMarks
  /// There are no other rows: the embedder has collapsed.
  case areFeatures
  /// All features consist of the same two numbers: they are codes of bits, which may be equal in all places.
  case areBits(Float, Float)

  func allows(_ number: Float) -> Bool {
    switch self {
    case .areMarks: false
    case .areFeatures: true
    case .areBits(let low, let high): number == low || number == high
    }
  }
}

/// The rows of a source that are not features.
struct FeatureMarks: Sendable {
  /// Each such row with the reason.
  let rows: [Int: FeatureMark]
  let constants: ConstantRows

  /// Reads a source once, in blocks.
  ///
  /// - Parameter halves: how rows are made; one of whose halves is no feature is none.
  /// - Throws: what reading throws.
  init(in source: any FeatureSource<Float>, _ halves: FeatureHalves = .none) throws {
    var rows: [Int: FeatureMark] = [:]
    var constantRows: [Int: Float] = [:]
    // The different numbers of the features, up to three.
    var values: Set<Float> = []
    try forEachRow(of: source) { row, numbers in
      if let mark = FeatureMark(numbers, halves) {
        rows[row] = mark
        if let number = mark.constant(numbers) { constantRows[row] = number }
      } else {
        for number in numbers where values.count < 3 { values.insert(number) }
      }
    }
    let bits = values.sorted()
    let constants: ConstantRows =
      values.isEmpty ? .areFeatures : bits.count == 2 ? .areBits(bits[0], bits[1]) : .areMarks
    self.rows = rows.filter { row, _ in constantRows[row].map { !constants.allows($0) } ?? true }
    self.constants = constants
  }
}
