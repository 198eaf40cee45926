package import Benchmarks
internal import Digests
internal import Faces
package import Findings
internal import Foundation

/// The figures of one evaluation, with thresholds, intervals and notices: what the table, JSON, chart and YAML show.
package struct ScoreSheet: Codable, Sendable {
  package var benchmark: String
  /// SHA-256 of each file read, by path.
  package var inputs: [String: String] = [:]
  /// The paths of the files read; of `archive.npz:name` that of the archive.
  package var inputFiles: [String] { inputs.keys.map(fileOfArray) }
  package var scores: [Score] = []
  /// The rules by which the figures are counted, a sentence each.
  package var conventions: [String] = []
  /// Warnings and remarks about the figures, a sentence each.
  package var notices: [String] = []
  /// The thresholds and rates of each fold; empty where there are no folds.
  package var folds: [Fold] = []
  /// Operating points of the ROC, thinned to false accept rates of 1e-6 to 1, five a decade.
  package var roc: [Point] = []
  /// The names of the two rates of ``roc``.
  package var falseRate = "False accept rate"
  package var trueRate = "True accept rate"

  /// One figure.
  package struct Score: Codable, Hashable, Sendable {
    package var name: String
    package var value: Double
    /// The ends of the interval.
    package var lower: Double?
    package var upper: Double?
    /// The threshold at which the rate was measured, on the scale that the conventions name.
    package var threshold: Double?
    /// The false accept rate that was reached.
    package var falseAcceptRate: Double?
  }

  /// One fold of a verification; thresholds are distances below which a pair is accepted.
  package struct Fold: Codable, Hashable, Sendable {
    /// Counted from 1.
    package var fold: Int
    package var pairs: Int
    package var accuracy: Double
    package var threshold: Double
    package var validationThreshold: Double?
    package var validationRate: Double?
    package var falseAcceptRate: Double?
  }

  /// A point of the ROC.
  package struct Point: Codable, Sendable {
    package var falseAcceptRate: Double
    package var trueAcceptRate: Double
  }

  /// Makes a sheet without figures.
  ///
  /// - Parameter files: which are read, for their digests; of `archive.npz:name` that of the archive.
  /// - Throws: a ``DataError``.
  package init(_ benchmark: String, reading files: [String]) throws {
    self.benchmark = benchmark
    for path in files {
      do { inputs[path] = try Digest(ofFileAt: fileOfArray(path)).hex } catch {
        throw DataError(.unreadable(reason: unreadableReason(path)), file: path)
      }
    }
  }

  package mutating func add(
    _ name: String,
    _ value: Double,
    _ interval: BootstrapInterval? = nil,
    threshold: Double? = nil,
    falseAcceptRate: Double? = nil
  ) {
    scores.append(
      Score(
        name: name,
        value: value,
        lower: interval?.lower,
        upper: interval?.upper,
        threshold: threshold,
        falseAcceptRate: falseAcceptRate
      )
    )
  }

  /// Adds the true accept rate at a false accept rate, with its threshold, and a notice where there are too few impostors.
  ///
  /// - Parameters:
  ///   - name: of the figure; `nil` for the true accept rate at the limit, which also notes if there are too few impostors.
  ///   - threshold: turns a score into the threshold that is shown.
  package mutating func add(
    _ curve: ROC,
    at limit: Double,
    _ interval: BootstrapInterval? = nil,
    name: String? = nil,
    threshold: (Double) -> Double
  ) {
    let point = curve.point(atFalseAcceptRate: limit)
    add(
      name ?? "true accept rate at false accept rate \(short(limit))",
      point?.trueAcceptRate ?? 0,
      interval,
      threshold: point.map { threshold($0.threshold) },
      falseAcceptRate: point?.falseAcceptRate ?? 0
    )
    if name == nil { noteResolution(limit, of: curve.impostorCount) }
  }

  /// Adds a notice where a false accept rate is finer than the impostors allow.
  package mutating func noteResolution(
    _ limit: Double,
    of impostors: Int,
    rate: String = "false accept rate",
    trials: String = "impostor pairs"
  ) {
    guard limit * Double(impostors) < 1 else { return }
    notices.append(
      "A \(rate) of \(short(limit)) is finer than \(impostors) \(trials) allow (one is"
        + " \(short(1 / Double(impostors)))): the rate shown accepts none of them."
    )
  }

  /// Adds a notice where pairs of a list repeat others.
  mutating func note(_ repeats: RepeatedPairs?) {
    guard let repeats else { return }
    func text(_ count: Int) -> String { NumberText.fixed(Double(count), digits: 0) }
    notices.append(
      "\(text(repeats.count)) of \(text(repeats.pairCount)) pairs \(repeats.count == 1 ? "repeats" : "repeat") an earlier one"
        + " of the same file (first: line \(repeats.line) of \(repeats.file) repeats line \(repeats.firstLine)); each is"
        + " counted as often as it stands there."
    )
  }

  package mutating func add(_ curve: ROC) {
    addCurve { curve.trueAcceptRate(atFalseAcceptRate: $0) }
  }

  /// Adds the operating points of a curve.
  package mutating func addCurve(_ trueAcceptRate: (Double) -> Double) {
    roc = stride(from: -30, through: 0, by: 1).map { fifth in
      let limit = pow(10, Double(fifth) / 5)
      return Point(falseAcceptRate: limit, trueAcceptRate: trueAcceptRate(limit))
    }
  }

  /// The ROC curve, the false accept rate by its powers of ten.
  package var chart: Chart {
    Chart(
      x: .init(falseRate, scale: .log),
      y: .init(trueRate, domain: 0...1, unit: .fraction),
      marks: [
        .line(series: benchmark, points: roc.map { Chart.Point($0.falseAcceptRate, $0.trueAcceptRate) })
      ],
      summary: "\(benchmark): \(trueRate.lowercased()) at \(falseRate.lowercased())s from 1e-6 to 1."
    )
  }

  /// The convention of true accept rates.
  static let atMost =
    "A true accept rate at a false accept rate is the largest whose false accept rate is at most the limit; some"
    + " scripts take the nearest, or interpolate."
}

/// A number as short as it can be written: `0.001`, `1e-05`.
func short(_ number: Double) -> String {
  let text = String(format: "%.6g", number)
  return text.contains("e") ? text.replacing("e-0", with: "e-").replacing("e+0", with: "e+") : text
}
