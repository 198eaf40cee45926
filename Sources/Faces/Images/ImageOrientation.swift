/// Whether a picture is turned as its Exif metadata say.
public enum ImageOrientation: String, CaseIterable, Codable, Hashable, Sendable {
  /// The pixels as they are stored, whatever the metadata say: Pillow's `Image.open`, and the default.
  case stored
  /// Turned and mirrored upright by Exif tag 0x0112: OpenCV's `imread`, Pillow's `ImageOps.exif_transpose`.
  case upright
}

/// Returns the value of tag 0x0112 in Exif metadata; 1, upright, where there is none or it is out of range.
func exifOrientation(_ bytes: [UInt8]) -> Int {
  guard bytes.count >= 8, bytes[0] == bytes[1], bytes[0] == 0x49 || bytes[0] == 0x4D else { return 1 }
  let isLittle = bytes[0] == 0x49
  func number(_ place: Int, _ count: Int) -> Int? {
    guard place >= 0, place + count <= bytes.count else { return nil }
    let part = bytes[place..<place + count]
    return (isLittle ? Array(part.reversed()) : Array(part)).reduce(0) { $0 << 8 | Int($1) }
  }
  guard number(2, 2) == 42, let directory = number(4, 4), let count = number(directory, 2) else { return 1 }
  for entry in 0..<count {
    let place = directory + 2 + 12 * entry
    guard let tag = number(place, 2) else { return 1 }
    // Type 3 is a 16-bit integer.
    guard tag == 0x0112, number(place + 2, 2) == 3 else { continue }
    let value = number(place + 8, 2) ?? 1
    return (1...8).contains(value) ? value : 1
  }
  return 1
}

extension Image {
  /// Returns the picture turned upright by the value of Exif's orientation, `1...8`.
  func upright(orientation: Int) -> Image {
    guard orientation != 1 else { return self }
    // From 5 on rows and columns change places.
    let (newHeight, newWidth) = orientation >= 5 ? (width, height) : (height, width)
    var result = [UInt8](repeating: 0, count: pixels.count)
    for row in 0..<newHeight {
      for column in 0..<newWidth {
        let (lastRow, lastColumn) = (newHeight - 1 - row, newWidth - 1 - column)
        let (oldRow, oldColumn) =
          switch orientation {
          case 2: (row, lastColumn)
          case 3: (lastRow, lastColumn)
          case 4: (lastRow, column)
          case 5: (column, row)
          case 6: (lastColumn, row)
          case 7: (lastColumn, lastRow)
          default: (column, lastRow)
          }
        let (source, target) = ((oldRow * width + oldColumn) * 3, (row * newWidth + column) * 3)
        for channel in 0..<3 { result[target + channel] = pixels[source + channel] }
      }
    }
    return Image(height: newHeight, width: newWidth, pixels: result)
  }
}
