internal import ArgumentParser
internal import Losses
internal import Tensors

/// Speed of the loss layer, forward and backward, one JSON line a loss.
///
/// The sizes are the paper's: 90 samples of 512 features, 8,631 classes, all of Softmax + Centre + minimum margin with
/// the centres' update. Two batches: 30 classes of 3 samples, and 90 classes of one.
struct LossesBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "losses",
    abstract: "Measure the losses, value and gradients."
  )

  @Option(help: "Samples in a batch.") var batch = 90
  @Option(help: "Features of a sample.") var features = 512
  @Option(help: "Classes of the classifier.") var classes = 8631
  @Option(help: "Distinct classes in the batch.") var batchClasses = 30
  @Option(help: "Evaluations that are timed; the median is reported.") var steps = 15
  @OptionGroup var vectors: VectorOptions

  func validate() throws {
    guard batch > 0, features > 0, classes > 0, steps > 0, batchClasses > 0, batchClasses <= classes else {
      throw ValidationError("every size must be at least 1, and --batch-classes at most --classes")
    }
  }

  func run() {
    let width = vectors.apply()
    var generator = SeededGenerator(seed: 1)
    func matrix(_ rows: Int, _ size: Double) -> Tensor<Float> {
      let elements = (0..<(rows * features)).map { _ in Float(generator.normal() * size) }
      return Tensor(elements, shape: [rows, features])
    }
    let labels = (0..<batch).map { $0 % batchClasses * (classes / batchClasses) }
    let samples = LabelledFeatures(matrix(batch, 1), labels: labels)
    let classifier = Classifier(weights: matrix(classes, 0.02))
    var centres = Centres(matrix(classes, 0.5))
    let terms: [(String, [Objective.Term])] = [
      ("softmax", [.softmax]), ("centre", [.centre(weight: 5e-5)]), ("marginal", [.marginal(weight: 1)]),
      ("range", [.range(weight: 1)]), ("AM-softmax", [.amSoftmax()]), ("ArcFace", [.arcFace()]),
      ("minimum margin", [.minimumMargin(weight: 5e-8, margin: 280, by: .throughUpdate)]),
      (
        "softmax + centre + minimum margin",
        [
          .softmax, .centre(weight: 5e-5),
          .minimumMargin(weight: 5e-8, margin: 280, by: .throughUpdate),
        ]
      ),
    ]
    for (name, terms) in terms {
      let objective = Objective(terms)
      var timing = StepTiming()
      for step in 0...steps {
        let result = timing.measure("evaluate") {
          objective.evaluate(samples, classifier: classifier, centres: centres)
        }
        timing.measure("update") { centres.update(with: samples, by: .wen(rate: 1e-6)) }
        withExtendedLifetime(result) { timing.endStep(counted: step > 0) }
      }
      timing.print([
        "bench": "losses", "loss": name, "batch": batch, "features": features, "classes": classes,
        "batchClasses": batchClasses, "threads": Parallel.threadCount, "kernels": openBLASKernel,
        "vectors": width,
      ])
    }
  }
}
