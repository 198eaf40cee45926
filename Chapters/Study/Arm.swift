import Laboratory

/// One way to train a model: a scheme, trained once or trained on, with or without a minimum margin.
struct Arm: Hashable {
  /// The losses that a run from random weights begins with.
  enum Scheme: String, CaseIterable, Hashable {
    case softmax = "Softmax"
    case centre = "Centre"
    case marginal = "Marginal"
    case range = "Range"
  }

  /// The minimum margin of a run that goes on: β as a multiple of the rules' moderate weight, M as a multiple of the rules' margin.
  struct Margin: Hashable {
    var weight = 1.0
    var size = 1.0
  }

  var scheme: Scheme
  /// Whether the model goes on from the trained model of its scheme for the rules' further steps.
  var goesOn = false
  var margin: Margin?

  static let softmax = Arm(scheme: .softmax)
  static let centre = Arm(scheme: .centre)
  static let marginal = Arm(scheme: .marginal)
  static let range = Arm(scheme: .range)
  static let longerSoftmax = Arm(scheme: .softmax, goesOn: true)
  static let longerMarginal = Arm(scheme: .marginal, goesOn: true)
  static let longerRange = Arm(scheme: .range, goesOn: true)
  /// Softmax + Centre that goes on without the margin: what the margin is compared with at equal training.
  static let control = Arm(scheme: .centre, goesOn: true)
  /// The margin with its moderate weight: the arm that stands for the paper's own model.
  static let moderate = Arm(scheme: .centre, goesOn: true, margin: Margin())
  /// The margin with its strong weight.
  static var strong: Arm { Arm(scheme: .centre, goesOn: true, margin: Margin(weight: Rules.current("margin.strong-factor"))) }

  /// The margin at the paper's ratio of β to α, far below the moderate weight.
  static var faint: Arm { faint(size: 1) }
  /// The faint margin with M as a multiple of the rules' margin.
  static func faint(size: Double) -> Arm {
    let rules = Rules.current
    let weight = rules("margin.faint-ratio") * rules("weights.centre") / rules("margin.moderate-weight")
    return Arm(scheme: .centre, goesOn: true, margin: Margin(weight: weight, size: size))
  }

  /// The paper's four rivals, as the paper trains them: without further steps.
  static let rivals: [Arm] = [.softmax, .centre, .marginal, .range]
  /// The same four trained as long as the margin.
  static let equalRivals: [Arm] = [.longerSoftmax, .control, .longerMarginal, .longerRange]
  /// All arms that every benchmark judges.
  static var compared: [Arm] { rivals + equalRivals + [.moderate] }
  /// The arms of the factorial, trained equally long.
  static var factorial: [Arm] { [.control, .moderate, .strong] }

  /// The margin at the weights of the dose response, ascending.
  static var doses: [Arm] {
    Rules.current.list("margin.doses").map { Arm(scheme: .centre, goesOn: true, margin: Margin(weight: $0)) }
  }
  /// The faint margin at several M, one of them the rules' own.
  static var sizes: [Arm] { Rules.current.list("margin.sizes").map(faint(size:)) }
  /// All arms of a long-tailed world; in the profile `paper` those that are compared.
  static func all(_ study: Study) -> [Arm] { study.isPaper ? compared : compared + [strong, faint] + doses + sizes }

  /// A short name for charts and tables.
  var label: String {
    guard let margin else { return goesOn ? "\(scheme.rawValue), longer" : scheme.rawValue }
    if margin == Margin() { return "Minimum Margin" }
    if self == .strong { return "Minimum Margin, strong" }
    if self == .faint { return "Minimum Margin, faint" }
    return "Minimum Margin, β × \(margin.weight), M × \(margin.size)"
  }

  /// A name for findings.
  var key: String {
    label.lowercased().replacing(", ", with: "-").replacing(" ", with: "-")
  }
}
