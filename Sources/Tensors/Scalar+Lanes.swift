// Written out for each number type: of a type that is still open, Swift compares vectors lane by lane and through
// memory, some twenty times slower, and converts a number bit by bit. A lane that is no number passes.

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
  public static func pass(
    _ vector: SIMD8<Float>,
    where left: SIMD8<Float>,
    equals right: SIMD8<Float>
  ) -> SIMD8<Float> {
    vector.replacing(with: 0, where: left .!= right)
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
  public static func pass(
    _ vector: SIMD8<Double>,
    where left: SIMD8<Double>,
    equals right: SIMD8<Double>
  ) -> SIMD8<Double> {
    vector.replacing(with: 0, where: left .!= right)
  }

  @inlinable @inline(__always)
  public var wholePart: Int { Int(self) }
}
