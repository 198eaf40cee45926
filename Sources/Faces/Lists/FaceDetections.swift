/// The face detections in the images of IJB-B or IJB-C: InsightFace's `ijbc_name_5pts_score.txt`.
public struct FaceDetections: Hashable, Sendable {
  /// The images in the order of the file.
  public let names: [String]
  /// Where eyes, nose and mouth are in each.
  public let landmarks: [FaceLandmarks]
  /// How sure the detector was of each, 0 or more: a weight for pooling.
  public let scores: [Float]
  private let file: String
  /// The line of the first image, counted from 1: blank lines may stand before.
  private let firstLine: Int

  /// Products of smaller scores and features may leave the normal numbers of single precision, where they are rounded
  /// coarsely.
  private static let smallestScore = 1e-20

  /// Reads the file: on each line an image, ten numbers of five landmarks (x before y) and the detector's score.
  ///
  /// - Throws: a ``DataError`` with the line.
  public init(_ path: String) throws {
    let list = try ListFile(path)
    try list.checkLineCount({ $0 > 0 }, expected: "an image a line")
    var names: [String] = []
    var landmarks: [FaceLandmarks] = []
    var scores: [Float] = []
    for index in list.lines.indices {
      let words = try list.words(index, counts: 12...12)
      guard words.count == 12 else {
        let expected = "12: an image, ten numbers of landmarks, a score"
        throw list.error(.columns(found: words.count, expected: expected), at: index)
      }
      let numbers = try words.dropFirst().map { word in
        guard let number = Double(word), Float(number).isFinite else {
          throw list.error(
            .value(word, column: "a landmark or the score", expected: "a finite number"),
            at: index
          )
        }
        return number
      }
      guard numbers[10] == 0 || numbers[10] >= Self.smallestScore else {
        let expected = "0, or a number from \(Self.smallestScore) on"
        throw list.error(.value(words[11], column: "the score", expected: expected), at: index)
      }
      names.append(words[0])
      landmarks.append(FaceLandmarks((0..<5).map { .init(numbers[2 * $0], numbers[2 * $0 + 1]) }))
      scores.append(Float(numbers[10]))
    }
    self.names = names
    self.landmarks = landmarks
    self.scores = scores
    file = path
    firstLine = list.lineNumber(0)
  }

  /// The scores as weights of a list's images.
  ///
  /// - Throws: a ``DataError`` with the first line that names another image than the list has there.
  public func weights(of list: IJBList) throws -> [Float] {
    guard names.count == list.images.count else {
      throw DataError(
        .lineCount(found: names.count, expected: "\(list.images.count), one an image"),
        file: file
      )
    }
    for (index, image) in list.images.enumerated() where image.path != names[index] {
      throw DataError(
        .format(found: "'\(names[index])'", expected: "'\(image.path)' as the list of images has"),
        file: file,
        line: firstLine + index
      )
    }
    return scores
  }
}
