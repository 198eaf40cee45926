internal import Tensors

/// The rule by which the frames of two videos give one score.
public enum FramePooling: String, CaseIterable, Hashable, Sendable {
  /// The distance of the videos' mean features, which are normalised again.
  case meanFeature
  /// The mean over all pairs of frames of their cosine, as a squared distance `2 − 2 cos`; FaceNet's rule for YTF, which
  /// takes the first 100 frames. It is the product of the mean features, which are not normalised again.
  case meanSimilarity

  /// Returns the mean feature of each video, `[video, dimension]`.
  func pooled(
    _ frames: Tensor<Float>,
    videoOfFrame: [Int],
    videoCount: Int
  ) throws -> Tensor<Float> {
    var counts = [Int](repeating: 0, count: videoCount)
    let length = frames.rowLength
    var sums = Tensor<Float>(zeros: [videoCount, length])
    frames.withUnsafePointer { frames in
      sums.withUnsafeMutablePointer { sums in
        for (frame, video) in videoOfFrame.enumerated() {
          require(
            video >= 0 && video < videoCount,
            "frame \(frame) belongs to video \(video), but there are \(videoCount) videos"
          )
          counts[video] += 1
          for column in 0..<length { sums[video * length + column] += frames[frame * length + column] }
        }
        for (video, count) in counts.enumerated() where count > 0 {
          for column in 0..<length { sums[video * length + column] /= Float(count) }
        }
      }
    }
    if let empty = counts.firstIndex(of: 0) { throw EvaluationError.noFrames(video: empty) }
    return sums
  }
}
