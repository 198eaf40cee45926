import Foundation
import Tensors
import Testing

@Test("The stream is splitmix64")
func knownStream() {
  var generator = SeededGenerator(seed: 1_234_567)
  let draws = (0..<5).map { _ in generator.next() }
  // The five outputs that the algorithm's authors and Rosetta Code print for this seed.
  #expect(
    draws == [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
  )
}

@Test("Uniform draws have the mean and variance of their range")
func uniformMoments() {
  var generator = SeededGenerator(seed: 3)
  let draws = (0..<100_000).map { _ in generator.uniform(in: -1..<3) }
  let mean = draws.reduce(0, +) / 100_000
  let variance = draws.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 100_000
  #expect(draws.allSatisfy { $0 >= -1 && $0 < 3 })
  #expect(abs(mean - 1) < 0.02)
  #expect(abs(variance - 16.0 / 12) < 0.02)
}

@Test("Normal draws have mean 0, variance 1 and a normal's tails")
func normalMoments() {
  var generator = SeededGenerator(seed: 5)
  let draws = (0..<200_000).map { _ in generator.normal() }
  let mean = draws.reduce(0, +) / 200_000
  let variance = draws.map { $0 * $0 }.reduce(0, +) / 200_000
  let beyond = Double(draws.count { abs($0) > 1.959964 }) / 200_000
  #expect(abs(mean) < 0.01)
  #expect(abs(variance - 1) < 0.015)
  #expect(abs(beyond - 0.05) < 0.003)
}

@Test(
  "The logarithm agrees with the C library's",
  arguments: [1e-300, 1e-9, 0.3, 0.7071, 0.999999, 1.0, 1.5, 1e200]
)
func logarithm(x: Double) {
  #expect(abs(naturalLogarithm(x) - log(x)) <= 4e-16 * max(1e-6, abs(log(x))))
}

@Test("A generator made from a state continues the stream")
func resumes() throws {
  var generator = SeededGenerator(seed: 9)
  _ = generator.normal()
  let stored = try JSONEncoder().encode(generator)
  var copy = try JSONDecoder().decode(SeededGenerator.self, from: stored)
  #expect(generator.normal() == copy.normal())
  #expect(generator.next() == copy.next())
}

@Test("Streams of one seed differ, and a shuffle keeps every item")
func streamsAndShuffle() {
  var first = SeededGenerator(seed: 1, stream: 0)
  var second = SeededGenerator(seed: 1, stream: 1)
  #expect(first.next() != second.next())
  var items = Array(0..<50)
  first.shuffle(&items)
  #expect(items != Array(0..<50))
  #expect(items.sorted() == Array(0..<50))
}

@Test("Chunks run once each, whatever the number of threads", arguments: [1, 2, 5])
func chunksRunOnce(threads: Int) {
  var counts = Tensor<Double>(zeros: [37])
  counts.withUnsafeMutablePointer { counts in
    Parallel.withThreads(threads) { Parallel.forEach(37) { counts[$0] += Double($0) } }
  }
  #expect(counts.elements == (0..<37).map(Double.init))
}
