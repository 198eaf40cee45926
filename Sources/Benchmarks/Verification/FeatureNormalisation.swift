public import Tensors

/// The normalisation of features before their distance is computed.
public enum FeatureNormalisation: String, CaseIterable, Hashable, Sendable {
  /// Scales each vector to unit length: squared distances within 0 to 4.
  case whole
  /// Scales each half to unit length: for the features of an image and its mirror image side by side; squared distances
  /// within 0 to 8. Facenet's `validate_on_lfw.py --use_flipped_images` concatenates them so.
  case halves
  /// Adds the halves and scales the sum to unit length: for the features of an image and its mirror image side by side.
  /// InsightFace's `verification.py` and `ijb_11.py` (flip test) add them so.
  case flipSum
  /// No normalisation.
  case none

  /// Facenet's thresholds for accuracy, in steps of 0.01, as far as squared distances reach.
  var accuracyGrid: ThresholdGrid { self == .halves ? .concatenated : .accuracy }
  /// Facenet's thresholds for the validation rate, in steps of 0.001.
  var validationGrid: ThresholdGrid {
    self == .halves ? ThresholdGrid(step: 0.001, count: 8000) : .validation
  }
  /// Whether each feature must have two halves.
  package var takesHalves: Bool { self == .halves || self == .flipSum }

  /// Returns the normalised features, `[image, dimension]`; half as many dimensions where halves are added.
  public func applied(to features: Tensor<Float>) -> Tensor<Float> {
    if takesHalves {
      require(
        features.rowLength.isMultiple(of: 2),
        EvaluationError.oddDimensions(features.rowLength).description
      )
    }
    switch self {
    case .whole: return features.normalisedRows()
    case .none: return features
    case .flipSum: return features.sumOfHalves.normalisedRows()
    case .halves:
      let halves = features.reshaped([features.rowCount * 2, features.rowLength / 2])
      return halves.normalisedRows().reshaped(features.shape)
    }
  }

  /// Refuses features that cannot be normalised.
  ///
  /// - Parameters:
  ///   - rows: the number of each row in its file, for errors; `nil` counts from 0.
  ///   - name: returns the name of such a row, for errors.
  /// - Throws: an ``EvaluationError``: no dimensions, an odd number of them, NaN or infinity, or a row, a half or a sum of
  ///   halves of zeros.
  package func check(_ features: Tensor<Float>, rows: [Int]? = nil, name: (Int) -> String) throws {
    guard features.rowLength > 0 else { throw EvaluationError.noDimensions }
    if takesHalves, !features.rowLength.isMultiple(of: 2) {
      throw EvaluationError.oddDimensions(features.rowLength)
    }
    let partLength = self == .halves ? features.rowLength / 2 : features.rowLength
    let partsOfRow = features.rowLength / partLength
    try features.withUnsafePointer { base in
      for part in 0..<features.rowCount * partsOfRow {
        let row = rows?[part / partsOfRow] ?? part / partsOfRow
        let numbers = UnsafeBufferPointer(start: base + part * partLength, count: partLength)
        try checkFeature(numbers, row: row, needsDirection: self != .none, name: name)
        if self == .flipSum, halvesCancel(numbers) {
          throw EvaluationError.cancellingHalves(what: name(row), row: row)
        }
      }
    }
  }
}

extension Tensor {
  /// The sum of the first and the second half of each row, `[row, column / 2]`.
  package var sumOfHalves: Tensor {
    let length = rowLength / 2
    var result = Tensor(zeros: [rowCount, length])
    withUnsafePointer { source in
      result.withUnsafeMutablePointer { target in
        for row in 0..<rowCount {
          for column in 0..<length {
            target[row * length + column] =
              source[2 * row * length + column] + source[(2 * row + 1) * length + column]
          }
        }
      }
    }
    return result
  }
}

/// Whether the sum of the two halves of a feature is all zeros.
package func halvesCancel(_ numbers: UnsafeBufferPointer<Float>) -> Bool {
  let length = numbers.count / 2
  return (0..<length).allSatisfy { numbers[$0] + numbers[length + $0] == 0 }
}

/// Refuses a feature that has a NaN or an infinity or, where it needs a direction, is all zeros.
///
/// - Parameter name: returns the name of a row, for errors.
func checkFeature(
  _ numbers: UnsafeBufferPointer<Float>,
  row: Int,
  needsDirection: Bool,
  name: (Int) -> String
) throws(EvaluationError) {
  guard let start = numbers.baseAddress, !hasSafeSquares(innerProduct16(start, start, numbers.count)) else {
    return
  }
  guard numbers.allSatisfy(\.isFinite) else { throw .notFinite(what: name(row), row: row) }
  if needsDirection, numbers.allSatisfy({ $0 == 0 }) { throw .noDirection(what: name(row), row: row) }
}

/// The distance between two features.
public enum FeatureMetric: String, CaseIterable, Hashable, Sendable {
  /// The squared Euclidean distance; facenet's `--distance_metric 0`.
  case euclidean
  /// The angle of the two as a part of π, `arccos(cos) / π`, within 0 to 1; facenet's `--distance_metric 1`.
  case angle
}
