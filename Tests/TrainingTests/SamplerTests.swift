internal import Digests
internal import Losses
internal import Networks
internal import Tensors
internal import Testing
internal import Training

@Suite("Batches hold the samples that the recipe says")
struct SamplingTests {
  /// Records which samples are asked for, by writing each one's own number.
  private func labelsSeen(_ sampling: Sampling, labels: [Int], steps: Int) throws -> [[Int]] {
    let samples = Tensor<Float>(labels.indices.map { Float($0) }, shape: [labels.count, 1])
    let recorder = Recorder(set: MemorySet(samples, labels: labels))
    let recipe = Recipe(
      "sampling",
      network: [.dense(2)],
      input: [1],
      objective: Objective(.softmax),
      schedule: .constant(0),
      steps: steps,
      sampling: sampling,
      seed: 8
    )
    var seen: [[Int]] = []
    _ = try Parallel.withThreads(1) {
      try Trainer(recipe, on: recorder).train { _ in seen.append(recorder.log.take()) }
    }
    return seen
  }

  @Test("shuffled: every sample once a round, in another order the next")
  func shuffled() throws {
    let seen = try labelsSeen(.shuffled(batch: 4), labels: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1], steps: 5)
    #expect(seen.allSatisfy { $0.count == 4 })
    let all = seen.flatMap { $0 }
    #expect(Array(all[..<10]).sorted() == Array(0..<10))
    #expect(Array(all[10...]).sorted() == Array(0..<10))
    #expect(Array(all[..<10]) != Array(all[10...]))
  }

  @Test("balanced: distinct classes, distinct samples while there are enough")
  func balanced() throws {
    let labels = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 4, 4, 4, 4]
    let seen = try labelsSeen(.balanced(classes: 3, samples: 3), labels: labels, steps: 40)
    for batch in seen {
      let classes = batch.map { labels[$0] }
      #expect(Set(classes).count == 3)
      for label in Set(classes) {
        let samples = batch.filter { labels[$0] == label }
        #expect(samples.count == 3)
        #expect(Set(samples).count == (label == 2 ? 1 : 3))
      }
    }
    #expect(Set(seen.flatMap { $0 }).count == labels.count)
  }
}

/// Notes the samples asked for.
private struct Recorder: TrainingSet {
  let set: MemorySet
  let log = SampleLog()
  var count: Int { self.set.count }
  var sampleShape: [Int] { self.set.sampleShape }
  var classCount: Int { self.set.classCount }
  var digest: Digest { self.set.digest }

  func label(of index: Int) -> Int { set.label(of: index) }

  func fill(_ index: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
    log.note(index)
    set.fill(index, into: buffer)
  }
}

/// Unchecked: the test loads on one thread.
private final class SampleLog: @unchecked Sendable {
  private var samples: [Int] = []
  func note(_ sample: Int) { samples.append(sample) }

  func take() -> [Int] {
    defer { samples = [] }
    return samples
  }
}
