/// Returns a weight of the reference, `[out, in, kernel height, kernel width]` or `[out, in]`, in our order of axes.
func reordered(_ stored: [Double], as shape: [Int]) -> [Double] {
  guard shape.count >= 2, !stored.isEmpty else { return stored }
  let (inputs, outputs) = (shape[shape.count - 2], shape[shape.count - 1])
  let places = shape.dropLast(2).reduce(1, *)
  var result = [Double](repeating: 0, count: stored.count)
  for place in 0..<places {
    for input in 0..<inputs {
      for output in 0..<outputs {
        result[(place * inputs + input) * outputs + output] =
          stored[(output * inputs + input) * places + place]
      }
    }
  }
  return result
}

/// Returns images given as `[batch, channel, height, width]` as `[batch, height, width, channel]`.
func channelsLast(_ stored: [Double], _ batch: Int, _ channels: Int, _ size: Int) -> [Double] {
  var result = [Double](repeating: 0, count: stored.count)
  let places = size * size
  for image in 0..<batch {
    for channel in 0..<channels {
      for place in 0..<places {
        result[(image * places + place) * channels + channel] =
          stored[(image * channels + channel) * places + place]
      }
    }
  }
  return result
}
