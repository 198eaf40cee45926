internal import Findings
internal import Statistics
internal import Testing

@Suite("Verdicts follow the rules of the book")
struct JudgementTests {
  private let judgement = Judgement(smallestEffect: 10)
  private let lower = PairedDifference([-20, -24, -19, -23])
  private let higher = PairedDifference([20, 24, 19, 23])
  private let small = PairedDifference([-3, -2, -4, -3])
  private let wide = PairedDifference([-40, 30, 10, -25])

  @Test("on one contrast")
  func single() {
    #expect(judgement.verdict(lower) == .reproduced)
    #expect(judgement.verdict(higher) == .contradicted)
    #expect(judgement.verdict(wide) == .inconclusive)
  }

  @Test("an effect that differs from zero and is shown to be too small to matter is equivalent")
  func equivalent() {
    #expect(small.pValue() < 0.05)
    #expect(judgement.verdict(small) == .equivalent)
  }

  @Test("a treatment that did not act has no other verdict")
  func notAdministered() {
    for difference in [lower, higher, small, wide] {
      #expect(judgement.verdict(difference, isAdministered: false) == .notAdministered)
      #expect(judgement.verdict(againstAll: [difference], isAdministered: false) == .notAdministered)
    }
  }

  @Test("a corrected p-value decides in place of the contrast's own")
  func corrected() { #expect(judgement.verdict(lower, pValue: 0.2) == .inconclusive) }

  @Test("the best of several must beat each of them; one clear defeat contradicts")
  func best() {
    #expect(judgement.verdict(againstAll: [lower, lower]) == .reproduced)
    #expect(judgement.verdict(againstAll: [lower, wide]) == .inconclusive)
    #expect(judgement.verdict(againstAll: [lower, higher]) == .contradicted)
    #expect(judgement.verdict(againstAll: [small, small]) == .equivalent)
    #expect(judgement.verdict(againstAll: [small, lower]) == .reproduced)
  }

  @Test("a defeat counts after the correction over the rivals only")
  func corrects() {
    // p is about 0.04 alone and above 0.05 for the first of four.
    let defeat = PairedDifference([6, 18, 28, 12])
    #expect(defeat.pValue() < 0.05 && defeat.pValue() > 0.0125)
    #expect(judgement.verdict(againstAll: [defeat]) == .contradicted)
    #expect(judgement.verdict(againstAll: [defeat, wide, wide, wide]) == .inconclusive)
  }
}

@Suite("The crossed bootstrap")
struct CrossedBootstrapTests {
  /// Rows differ by seed, columns by identity.
  private let values = (0..<6).map { s in (0..<40).map { i in Double(s) + 0.1 * Double(i % 7) } }

  @Test("has the mean of all values within its interval, the same at each run")
  func mean() {
    let first = CrossedBootstrap(values, design: .crossed)
    let second = CrossedBootstrap(values, design: .crossed)
    #expect(abs(first.mean - values.flatMap { $0 }.reduce(0, +) / 240) < 1e-12)
    #expect(first.interval == second.interval)
    #expect(first.interval.lower < first.mean && first.mean < first.interval.upper)
  }

  @Test("knows the spread of seeds: about that of a mean of six")
  func seeds() {
    let interval = CrossedBootstrap(values, design: .nested, rounds: 4000).interval
    // The seeds 0…5 have a population deviation of 1.708, so their mean has 0.697 and 95 % are within ± 1.37.
    #expect(abs((interval.upper - interval.lower) / 2 - 1.37) < 0.15)
  }

  @Test("knows the spread of identities that seeds share, which does not shrink with more seeds")
  func identities() {
    let shared = (0..<50).map { _ in (0..<4).map(Double.init) }
    let crossed = CrossedBootstrap(shared, design: .crossed).interval
    let nested = CrossedBootstrap(shared, design: .nested).interval
    #expect(crossed.upper - crossed.lower > 4 * (nested.upper - nested.lower))
  }

  @Test("keeps per-seed values in a measurement")
  func measured() {
    let measured = Measured(PairedDifference([1, 2, 3]), unit: .symbol("%"))
    #expect(measured.values == [1, 2, 3] && measured.sampleCount == 3 && measured.value == 2)
    #expect(abs((measured.interval?.lower ?? 0) - (2 - 4.302652729911275 / 3.0.squareRoot())) < 1e-9)
  }
}
