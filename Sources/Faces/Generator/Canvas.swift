/// A picture that is being drawn: three planes, in linear light until the camera's curve is applied.
struct Canvas {
  private let size: Int
  /// The length of a row, a multiple of eight.
  private let stride: Int
  /// `[channel, row, column]`.
  private var planes: [Float]

  init(size: Int) {
    self.size = size
    stride = (size + 7) & ~7
    planes = Array(repeating: 0, count: 3 * size * stride)
  }

  /// Paints a scene.
  mutating func paint(_ scene: FaceScene) {
    let (size, stride) = (size, stride)
    let plane = size * stride
    let steps = Vector(0, 1, 2, 3, 4, 5, 6, 7)
    planes.withUnsafeMutableBytes { bytes in
      for row in 0..<size {
        for column in Swift.stride(from: 0, to: stride, by: 8) {
          let colours = scene.colours(column: steps + Float(column), row: Float(row))
          let place = (row * stride + column) * 4
          bytes.storeBytes(of: colours.red, toByteOffset: place, as: Vector.self)
          bytes.storeBytes(of: colours.green, toByteOffset: place + plane * 4, as: Vector.self)
          bytes.storeBytes(of: colours.blue, toByteOffset: place + plane * 8, as: Vector.self)
        }
      }
    }
  }

  /// Applies the camera: blur, the curve from linear light to 8-bit values, compression and noise.
  mutating func applyCamera(_ conditions: FaceConditions) {
    blur(deviation: conditions.blur * Float(size))
    let (size, stride) = (size, stride)
    planes.withUnsafeMutableBufferPointer { planes in
      for index in 0..<planes.count {
        let value = planes[index]
        planes[index] = (value > 0 ? value < 1 ? value : 1 : 0).squareRoot()
      }
    }
    if conditions.compression > 0.05 {
      planes.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        for channel in 0..<3 {
          let plane = base + channel * size * stride * 4
          CosineBlock.compress(plane, size: size, stride: stride, loss: conditions.compression)
        }
      }
    }
    addNoise(deviation: conditions.noise, seed: conditions.scene)
  }

  /// Blurs by rounds of (1 2 1)/4 along both axes; each adds ½ to the variance.
  private mutating func blur(deviation: Float) {
    let rounds = Int(2 * deviation * deviation + 0.5)
    guard rounds > 0 else { return }
    let (size, stride) = (size, stride)
    var copy = planes
    planes.withUnsafeMutableBufferPointer { planes in
      copy.withUnsafeMutableBufferPointer { copy in
        for _ in 0..<rounds {
          for row in 0..<3 * size {
            let start = row * stride
            copy[start] = 0.75 * planes[start] + 0.25 * planes[start + 1]
            for column in start + 1..<start + stride - 1 {
              copy[column] = 0.25 * (planes[column - 1] + planes[column + 1]) + 0.5 * planes[column]
            }
            let end = start + stride - 1
            copy[end] = 0.75 * planes[end] + 0.25 * planes[end - 1]
          }
          for row in 0..<3 * size {
            let start = row * stride
            let above = row % size > 0 ? -stride : 0
            let below = row % size < size - 1 ? stride : 0
            for column in start..<start + stride {
              planes[column] = 0.25 * (copy[column + above] + copy[column + below]) + 0.5 * copy[column]
            }
          }
        }
      }
    }
  }

  private mutating func addNoise(deviation: Float, seed: UInt64) {
    let scale = deviation * 1.7320508 * 0x1p-16
    let state = SIMD8<UInt32>(repeating: UInt32(truncatingIfNeeded: seed ^ (seed >> 32)))
    let lanes = SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7)
    planes.withUnsafeMutableBytes { bytes in
      for block in 0..<bytes.count / 32 {
        var hash = state ^ (lanes &+ UInt32(truncatingIfNeeded: block * 8)) &* 0x9E37_79B1
        hash = (hash ^ (hash &>> 15)) &* 0x85EB_CA77
        hash = (hash ^ (hash &>> 13)) &* 0xC2B2_AE3D
        hash ^= hash &>> 16
        let other = (hash ^ (hash &>> 11)) &* 0x27D4_EB2F
        // Four even numbers of 16 bits make one that is nearly normal.
        let sum = (hash & 0xFFFF) &+ (hash &>> 16) &+ (other & 0xFFFF) &+ (other &>> 16)
        let noise = Vector(SIMD8<Int32>(truncatingIfNeeded: sum) &- 131_070)
        let value = bytes.loadUnaligned(fromByteOffset: block * 32, as: Vector.self)
        bytes.storeBytes(of: value + noise * scale, toByteOffset: block * 32, as: Vector.self)
      }
    }
  }

  /// The picture in 8 bits.
  var image: Image {
    let plane = size * stride
    let pixels = [UInt8](unsafeUninitializedCapacity: size * size * 3) { pixels, count in
      planes.withUnsafeBufferPointer { planes in
        for row in 0..<size {
          for column in 0..<size {
            let source = row * stride + column
            let place = (row * size + column) * 3
            pixels[place] = eightBits(planes[source])
            pixels[place + 1] = eightBits(planes[source + plane])
            pixels[place + 2] = eightBits(planes[source + 2 * plane])
          }
        }
      }
      count = size * size * 3
    }
    return Image(height: size, width: size, pixels: pixels)
  }
}

@inline(__always)
private func eightBits(_ value: Float) -> UInt8 {
  let scaled = value * 255 + 0.5
  return UInt8(truncatingIfNeeded: Int32(scaled > 0 ? scaled < 255 ? scaled : 255 : 0))
}
