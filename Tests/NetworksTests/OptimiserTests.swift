import Networks
import Tensors
import Testing

/// Two parameters, of which the first is decayed, with values and gradients of one's choice.
private func pair(_ values: [Double], gradients: [Double]) -> Parameters<Double> {
  var parameters = Parameters<Double>([
    (name: "w", shape: [1], isDecayed: true), (name: "b", shape: [1], isDecayed: false),
  ])
  parameters.values = Tensor(values, shape: [2])
  parameters.gradients = Tensor(gradients, shape: [2])
  return parameters
}

@Test("Momentum gathers gradients, and decay pulls weights alone")
func momentumByHand() {
  var parameters = pair([2, 2], gradients: [1, 1])
  var rule = MomentumSGD<Double>(momentum: 0.5, weightDecay: 0.25)
  // Weight: v = 1 + 0.5 = 1.5, w = 2 - 0.15 = 1.85; bias: v = 1, b = 1.9.
  rule.update(&parameters, rate: 0.1)
  #expect(zip(parameters.values.elements, [1.85, 1.9]).allSatisfy { abs($0 - $1) < 1e-15 })
  // Weight: v = 0.75 + 1 + 0.4625 = 2.2125; bias: v = 0.5 + 1.
  rule.update(&parameters, rate: 0.1)
  #expect(zip(parameters.values.elements, [1.62875, 1.75]).allSatisfy { abs($0 - $1) < 1e-15 })
}

@Test("Adam's first step goes by the corrected rate")
func adamByHand() {
  var parameters = pair([2, 2], gradients: [3, -3])
  var rule = Adam<Double>(meanDecay: 0.9, squareDecay: 0.99, epsilon: 0.1, weightDecay: 0.5)
  rule.update(&parameters, rate: 0.01)
  // Weight: g = 4, m = 0.4, v = 0.16; rate 0.01·0.1/0.1, so w = 2 - 0.01·0.4/(0.4 + 0.1) = 1.992.
  // Bias: g = -3, m = -0.3, v = 0.09; b = 2 + 0.01·0.3/(0.3 + 0.1) = 2.0075.
  #expect(zip(parameters.values.elements, [1.992, 2.0075]).allSatisfy { abs($0 - $1) < 1e-14 })
}

@Test("An optimiser that is given its state goes on to the same bits")
func resumedOptimisers() {
  func steps(_ make: () -> any Optimiser<Double>, stopAfter: Int?) -> [Double] {
    var rule = make()
    var parameters = pair([1, -2], gradients: [0, 0])
    for step in 1...5000 {
      parameters.gradients = Tensor([Double(step % 7) - 3, parameters.values[flat: 1]], shape: [2])
      rule.update(&parameters, rate: 0.001)
      if step == stopAfter {
        let state = rule.state
        rule = make()
        rule.state = state
      }
    }
    return parameters.values.elements
  }
  for make: () -> any Optimiser<Double> in [{ MomentumSGD(weightDecay: 0.1) }, { Adam(weightDecay: 0.1) }] {
    #expect(steps(make, stopAfter: 4500) == steps(make, stopAfter: nil))
  }
}

@Test("Each optimiser finds the minimum of a parabola")
func parabola() {
  for rule: any Optimiser<Double> in [MomentumSGD<Double>(momentum: 0.5), Adam<Double>()] {
    var rule = rule
    var parameters = pair([5, -5], gradients: [0, 0])
    for _ in 0..<5000 {
      parameters.gradients = Tensor(parameters.values.elements.map { 2 * ($0 - 1) }, shape: [2])
      rule.update(&parameters, rate: 0.05)
    }
    #expect(parameters.values.elements.allSatisfy { abs($0 - 1) < 1e-3 })
  }
}
