import Laboratory

/// One choice that the paper leaves open, made otherwise than in the main experiment.
struct Specification {
  var name: String
  var update = CentreUpdate.wen(rate: 0.5)
  var reading = MarginReading.throughUpdate
  /// M as a multiple of the rules' margin.
  var size = 1.0
  /// β as a multiple of the rules' moderate weight.
  var weight = 1.0
  var scheme = Arm.Scheme.centre
  var usesAdam = false
  /// The further steps as a multiple of the rules'.
  var length = 1
  /// Whether training with the margin begins at random weights, in place of going on.
  var startsAtRandom = false
  /// The width of the network as a multiple of the rules'.
  var width = 1

  /// The choices of the specification curve; the first is the main experiment's.
  static let all = [
    Specification(name: "as in the main experiment"),
    Specification(name: "γ = 0.05", update: .wen(rate: 0.05)),
    Specification(name: "γ = 1", update: .wen(rate: 1)),
    Specification(name: "centres of facenet’s code", update: .facenet(retention: 0.95)),
    Specification(name: "gradient as if to batch means, β / 4", reading: .batchMeans, weight: 0.25),
    Specification(name: "centres trained themselves", reading: .trainedCentres),
    Specification(name: "M / 2", size: 0.5),
    Specification(name: "M × 2", size: 2),
    Specification(name: "β / 8", weight: 0.125),
    Specification(name: "β × 8", weight: 8),
    Specification(name: "without Centre Loss", scheme: .softmax),
    Specification(name: "Adam", usesAdam: true),
    Specification(name: "four times the further steps", length: 4),
    Specification(name: "margin from random weights", startsAtRandom: true),
    Specification(name: "network twice as wide", width: 2),
  ]

  /// The recipe with the margin, or of its control: the same training without it.
  func recipe(_ world: World, withMargin: Bool) -> Recipe {
    let study = world.study
    let margin = Objective.Term.minimumMargin(weight: weight * study.marginWeight, margin: size * study.margin, by: reading)
    let base = study.terms(scheme)
    func objective(_ isWith: Bool) -> Objective { Objective(base + (isWith ? [margin] : []), centreUpdate: update) }
    func adjusted(_ recipe: Recipe) -> Recipe {
      var recipe = recipe
      recipe.network = study.network(width: study.width * width)
      if usesAdam {
        recipe.optimiser = .adam(epsilon: 0.1, weightDecay: 5e-4)
      }
      return recipe
    }
    if startsAtRandom {
      return adjusted(study.recipe(Arm(scheme: scheme), world, objective: objective(withMargin)))
    }
    var recipe = adjusted(study.recipe(Arm(scheme: scheme, goesOn: true), world, objective: objective(withMargin)))
    recipe.steps *= length
    recipe.schedule = study.schedule(goesOn: true, steps: recipe.steps)
    recipe.start = .model(of: adjusted(study.recipe(Arm(scheme: scheme), world, objective: objective(false))))
    return recipe
  }
}
