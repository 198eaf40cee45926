internal import Tensors

/// The patches under a window, one row for each place of the output: `[line·column, kernel row·kernel column·channel]`.
///
/// A line is one row of places of one image's output; lines are numbered through the batch.
struct Patches {
  let window: Window
  let inputHeight: Int
  let inputWidth: Int
  let channels: Int
  /// The distance between neighbouring places of the input.
  let inputStride: Int
  let outputHeight: Int
  let outputWidth: Int
  let batch: Int
  /// The lines of a chunk: their patches fit into about 1 MiB, and there are at least 64 places.
  let chunkLines: Int

  init(window: Window, input: View, output: View) {
    self.window = window
    inputHeight = input.height
    inputWidth = input.width
    channels = input.channels
    inputStride = input.stride
    outputHeight = output.height
    outputWidth = output.width
    batch = input.batch
    let length = window.kernelHeight * window.kernelWidth * channels
    let rows = max(64, (1 << 18) / length)
    chunkLines = max(1, min(output.batch * output.height, rows / output.width))
  }

  /// The numbers of one patch.
  var length: Int { window.kernelHeight * window.kernelWidth * channels }
  var isDirect: Bool { window.isPointwise }
  var lineCount: Int { batch * outputHeight }
  var chunkRows: Int { isDirect ? 0 : chunkLines * outputWidth }
  var chunkCount: Int { (lineCount + chunkLines - 1) / chunkLines }

  func lines(_ chunk: Int) -> Range<Int> {
    chunk * chunkLines..<min(lineCount, (chunk + 1) * chunkLines)
  }

  func rows(ofLines lines: Range<Int>) -> Range<Int> {
    lines.lowerBound * outputWidth..<lines.upperBound * outputWidth
  }

  /// Returns the lines of some images in pieces of at most `chunkLines`.
  func chunks(ofImages images: Range<Int>) -> [Range<Int>] {
    let end = images.upperBound * outputHeight
    return stride(from: images.lowerBound * outputHeight, to: end, by: chunkLines).map {
      $0..<min(end, $0 + chunkLines)
    }
  }
}

/// Copies the patches of some lines into rows, with zeros where a window leaves the image.
@specialized(where Element == Float)
@specialized(where Element == Double)
func gatherPatches<Element: Scalar>(
  _ patches: Patches,
  _ x: UnsafePointer<Element>,
  _ lines: Range<Int>,
  into rows: UnsafeMutablePointer<Element>
) {
  let window = patches.window
  let run = window.kernelWidth * patches.channels
  let isContiguous = patches.inputStride == patches.channels
  for line in lines {
    let image =
      x + line / patches.outputHeight * patches.inputHeight * patches.inputWidth * patches.inputStride
    let target = rows + (line - lines.lowerBound) * patches.outputWidth * patches.length
    for kernelRow in 0..<window.kernelHeight {
      let sourceRow = line % patches.outputHeight * window.stride + kernelRow - window.top
      let isInside = sourceRow >= 0 && sourceRow < patches.inputHeight
      let source = image + (isInside ? sourceRow * patches.inputWidth * patches.inputStride : 0)
      for column in 0..<patches.outputWidth {
        let place = target + column * patches.length + kernelRow * run
        let first = column * window.stride - window.left
        if !isInside {
          clear(place, count: run)
        } else if isContiguous, first >= 0, first + window.kernelWidth <= patches.inputWidth {
          place.update(from: source + first * patches.channels, count: run)
        } else {
          for kernelColumn in 0..<window.kernelWidth {
            let piece = place + kernelColumn * patches.channels
            let sourceColumn = first + kernelColumn
            if sourceColumn >= 0, sourceColumn < patches.inputWidth {
              piece.update(from: source + sourceColumn * patches.inputStride, count: patches.channels)
            } else {
              clear(piece, count: patches.channels)
            }
          }
        }
      }
    }
  }
}

/// Adds rows of patches back to the places of the image that they were copied from.
@specialized(where Element == Float)
@specialized(where Element == Double)
func scatterPatches<Element: Scalar>(
  _ patches: Patches,
  _ rows: UnsafePointer<Element>,
  _ lines: Range<Int>,
  to x: UnsafeMutablePointer<Element>
) {
  let window = patches.window
  for line in lines {
    let image =
      x + line / patches.outputHeight * patches.inputHeight * patches.inputWidth * patches.inputStride
    let source = rows + (line - lines.lowerBound) * patches.outputWidth * patches.length
    for kernelRow in 0..<window.kernelHeight {
      let targetRow = line % patches.outputHeight * window.stride + kernelRow - window.top
      guard targetRow >= 0, targetRow < patches.inputHeight else { continue }
      let target = image + targetRow * patches.inputWidth * patches.inputStride
      for column in 0..<patches.outputWidth {
        for kernelColumn in 0..<window.kernelWidth {
          let targetColumn = column * window.stride - window.left + kernelColumn
          guard targetColumn >= 0, targetColumn < patches.inputWidth else { continue }
          let from =
            source + column * patches.length + (kernelRow * window.kernelWidth + kernelColumn)
            * patches.channels
          let to = target + targetColumn * patches.inputStride
          for channel in 0..<patches.channels { to[channel] += from[channel] }
        }
      }
    }
  }
}
