internal import Losses

extension Recipe {
  /// Why the recipe is invalid for every set; nil where it is valid.
  var problem: String? {
    if steps < 0 { return "\(steps) steps" }
    if schedule.stages.first?.step != 0 { return "its schedule has no rate for the first step" }
    for (stage, next) in zip(schedule.stages, schedule.stages.dropFirst()) where next.step <= stage.step {
      return "its schedule goes back from step \(stage.step) to step \(next.step)"
    }
    for stage in schedule.stages where !(stage.rate.isFinite && stage.rate >= 0) {
      return "its learning rate from step \(stage.step) on is \(stage.rate)"
    }
    switch sampling {
    case .shuffled(let batch): if batch < 1 { return "it draws batches of \(batch) samples" }
    case .balanced(let classes, let samples):
      if classes < 1 || samples < 1 { return "it draws \(samples) samples of \(classes) classes" }
    }
    return nil
  }

  /// Why the recipe is invalid for a set; nil where it is valid.
  func problem(with set: some TrainingSet) -> String? {
    if set.count < 1 || set.classCount < 1 { return "the training set is empty" }
    if case .balanced(let classes, _) = sampling {
      let present = Set((0..<set.count).map { set.label(of: $0) }).count
      if classes > present { return "it draws \(classes) classes at once of a set that has \(present)" }
    }
    return BatchLoader(source: set, input: input).problem
  }
}
