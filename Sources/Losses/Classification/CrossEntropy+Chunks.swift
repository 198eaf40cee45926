internal import Foundation
internal import Tensors

/// The classes of a classifier in consecutive chunks of nearly equal length.
struct ClassChunks {
  let count: Int
  private let classCount: Int

  /// One chunk up to 127 classes, 16 of equal length for thousands, each of at most 1,024; for large products of at most 256,
  /// whose weights stay in a core's cache.
  init(classCount: Int, isLarge: Bool) {
    let sixteens = (classCount + 16 * 1024 - 1) / (16 * 1024)
    let some = min(max(1, classCount / 64), 16 * max(1, sixteens))
    count = isLarge ? max(some, (classCount + 255) / 256) : some
    self.classCount = classCount
  }

  subscript(chunk: Int) -> Range<Int> { (classCount * chunk / count)..<(classCount * (chunk + 1) / count) }
}

extension CrossEntropy {
  /// The largest logit, and the sum of the exponentials relative to it, `[chunk, sample]`.
  typealias Parts = (maxima: [Element], sums: [Element])

  /// Fills each chunk's block of the logits, `[sample, class of the chunk]`, with exponentials relative to the row's maximum.
  func exponentials(_ chunks: ClassChunks, _ logits: inout Tensor<Element>, targets: [Element]) -> Parts {
    let (batch, width) = (labels.count, features.rowLength)
    var maxima = [Element](repeating: -.infinity, count: chunks.count * batch)
    var sums = [Element](repeating: 0, count: chunks.count * batch)
    withPointers(&logits) { x, w, bias, logits in
      maxima.withUnsafeMutableBufferPointer { maxima in
        sums.withUnsafeMutableBufferPointer { sums in
          nonisolated(unsafe) let (x, w, bias, logits) = (x, w, bias, logits)
          nonisolated(unsafe) let (maxima, sums) = (maxima, sums)
          Parallel.forEach(chunks.count) { chunk in
            let classes = chunks[chunk]
            let block = logits + batch * classes.lowerBound
            multiply(
              rows: batch,
              columns: classes.count,
              inner: width,
              x,
              stride: width,
              transposed: false,
              w + classes.lowerBound * width,
              stride: width,
              transposed: true,
              into: block,
              stride: classes.count
            )
            for sample in 0..<batch {
              let row = block + sample * classes.count
              if classes ~= labels[sample] {
                let place = labels[sample]
                row[place - classes.lowerBound] = targets[sample]
              }
              let largest = addBias(bias + classes.lowerBound, to: row, classes.count)
              maxima[chunk * batch + sample] = largest
              sums[chunk * batch + sample] = exponentiate(row, count: classes.count, offset: largest)
            }
          }
        }
      }
    }
    return (maxima, sums)
  }

  /// Combines the chunks: returns the loss, and the factors that turn each chunk's exponentials into gradients in the logits,
  /// `[chunk, sample]`.
  func join(_ parts: Parts, targets: [Element], _ chunks: ClassChunks) -> (value: Double, factors: [Element])
  {
    let batch = labels.count
    var factors = [Element](repeating: 0, count: chunks.count * batch)
    var loss = 0.0
    for sample in 0..<batch {
      let places = (0..<chunks.count).map { $0 * batch + sample }
      let largest = places.reduce(-Element.infinity) { parts.maxima[$1] > $0 ? parts.maxima[$1] : $0 }
      let shares = places.map { exp(Double(parts.maxima[$0] - largest)) }
      let sum = zip(places, shares).reduce(0.0) { $0 + Double(parts.sums[$1.0]) * $1.1 }
      for (place, share) in zip(places, shares) { factors[place] = Element(share / (sum * Double(batch))) }
      let target = Double(targets[sample]) + Double(classifier.bias[flat: labels[sample]])
      loss += log(sum) + Double(largest) - target
    }
    return (loss / Double(batch), factors)
  }

  /// Turns exponentials into gradients in the logits, and these into those in features, weights and bias.
  func gradients(
    _ chunks: ClassChunks,
    _ logits: inout Tensor<Element>,
    _ value: Double,
    _ factors: [Element],
    slopes: [Element]
  ) -> ClassificationLossValue<Element> {
    let (batch, width) = (labels.count, features.rowLength)
    var weightGradient = Tensor<Element>(uninitialized: classifier.weights.shape)
    var biasGradient = Tensor<Element>(zeros: [classifier.classCount])
    var partial = Tensor<Element>(uninitialized: [chunks.count, batch * width])
    withPointers(&logits) { x, w, _, logits in
      weightGradient.withUnsafeMutablePointer { dw in
        biasGradient.withUnsafeMutablePointer { db in
          partial.withUnsafeMutablePointer { dx in
            nonisolated(unsafe) let (x, w, logits, dw, db, dx) = (x, w, logits, dw, db, dx)
            Parallel.forEach(chunks.count) { chunk in
              let classes = chunks[chunk]
              let (start, count) = (classes.lowerBound, classes.count)
              let block = logits + batch * start
              for sample in 0..<batch {
                let row = block + sample * count
                derive(row, classes, sample, factors[chunk * batch + sample], slopes[sample], db + start)
              }
              multiply(
                rows: count,
                columns: width,
                inner: batch,
                block,
                stride: count,
                transposed: true,
                x,
                stride: width,
                transposed: false,
                into: dw + start * width,
                stride: width
              )
              multiply(
                rows: batch,
                columns: width,
                inner: count,
                block,
                stride: count,
                transposed: false,
                w + start * width,
                stride: width,
                transposed: false,
                into: dx + chunk * batch * width,
                stride: width
              )
            }
          }
        }
      }
    }
    return ClassificationLossValue(
      value: value,
      featureGradient: partial.rowSum().reshaped([batch, width]),
      weightGradient: weightGradient,
      biasGradient: biasGradient
    )
  }

  /// Computes a chunk's product, `C = scale·op(A)·op(B)`: see `Scalar.multiply`.
  private func multiply(
    rows: Int,
    columns: Int,
    inner: Int,
    _ a: UnsafePointer<Element>,
    stride aStride: Int,
    transposed aTransposed: Bool,
    _ b: UnsafePointer<Element>,
    stride bStride: Int,
    transposed bTransposed: Bool,
    into c: UnsafeMutablePointer<Element>,
    stride cStride: Int
  ) {
    if isLarge, let a = a as? UnsafePointer<Float>, let b = b as? UnsafePointer<Float>,
      let c = c as? UnsafeMutablePointer<Float>
    {
      return multiplyInOrder(
        rows: rows,
        columns: columns,
        inner: inner,
        scale: Float(scale),
        a,
        stride: aStride,
        transposed: aTransposed,
        b,
        stride: bStride,
        transposed: bTransposed,
        into: c,
        stride: cStride
      )
    }
    Element.multiply(
      rows: rows,
      columns: columns,
      inner: inner,
      scale: scale,
      a,
      stride: aStride,
      transposed: aTransposed,
      b,
      stride: bStride,
      transposed: bTransposed,
      keeping: 0,
      into: c,
      stride: cStride
    )
  }

  private func derive(
    _ row: UnsafeMutablePointer<Element>,
    _ classes: Range<Int>,
    _ sample: Int,
    _ factor: Element,
    _ slope: Element,
    _ biasGradient: UnsafeMutablePointer<Element>
  ) {
    for index in 0..<classes.count { row[index] *= factor }
    if classes ~= labels[sample] {
      let place = labels[sample] - classes.lowerBound
      row[place] = (row[place] - 1 / Element(labels.count)) * slope
    }
    for index in 0..<classes.count { biasGradient[index] += row[index] }
  }

  private func withPointers(
    _ logits: inout Tensor<Element>,
    _ body: (
      _ features: UnsafePointer<Element>, _ weights: UnsafePointer<Element>, _ bias: UnsafePointer<Element>,
      _ logits: UnsafeMutablePointer<Element>
    ) -> Void
  ) {
    features.withUnsafePointer { features in
      classifier.weights.withUnsafePointer { weights in
        classifier.bias.withUnsafePointer { bias in
          logits.withUnsafeMutablePointer { body(features, weights, bias, $0) }
        }
      }
    }
  }
}
