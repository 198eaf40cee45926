// Written out for Float and Double: for a generic element type Swift compares vectors lane by lane through memory, about twenty
// times slower, and converts numbers bit by bit.

extension Float {
  @inlinable @inline(__always)
  public static func raise(_ vector: SIMD8<Float>, to floor: SIMD8<Float>) -> SIMD8<Float> {
    vector.replacing(with: floor, where: vector .< floor)
  }

  @inlinable @inline(__always)
  public static func pass(
    _ vector: SIMD8<Float>,
    where gate: SIMD8<Float>,
    isAbove floor: SIMD8<Float>
  ) -> SIMD8<Float> {
    vector.replacing(with: 0, where: gate .<= floor)
  }

  @inlinable @inline(__always)
  public var wholePart: Int { Int(self) }
}

extension Double {
  @inlinable @inline(__always)
  public static func raise(_ vector: SIMD8<Double>, to floor: SIMD8<Double>) -> SIMD8<Double> {
    vector.replacing(with: floor, where: vector .< floor)
  }

  @inlinable @inline(__always)
  public static func pass(
    _ vector: SIMD8<Double>,
    where gate: SIMD8<Double>,
    isAbove floor: SIMD8<Double>
  ) -> SIMD8<Double> {
    vector.replacing(with: 0, where: gate .<= floor)
  }

  @inlinable @inline(__always)
  public var wholePart: Int { Int(self) }
}
