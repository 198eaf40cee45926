internal import Tensors

/// A matrix `[batch·height·width, channel]` inside a planned buffer; several may lie side by side in one.
struct View: Hashable {
  /// The buffer's number in the plan.
  var buffer: Int
  /// The first element's distance from the buffer's start.
  var offset = 0
  var batch: Int
  var height: Int
  var width: Int
  var channels: Int
  /// The distance in elements between neighbouring places (pixels) of an image.
  var stride: Int

  var rows: Int { batch * height * width }
  var isContiguous: Bool { stride == channels }
  /// The number of elements that the view spans, gaps included.
  var extent: Int { rows * stride }

  init(buffer: Int, batch: Int, height: Int, width: Int, channels: Int) {
    self.buffer = buffer
    self.batch = batch
    self.height = height
    self.width = width
    self.channels = channels
    stride = channels
  }

  /// Returns the part of the channels that begins at `first`.
  func slice(first: Int, count: Int) -> View {
    var part = self
    part.offset += first
    part.channels = count
    return part
  }

  /// The view with each image as one row.
  var flattened: View {
    require(isContiguous, "only a contiguous activation can be flattened")
    var flat = View(buffer: buffer, batch: batch, height: 1, width: 1, channels: height * width * channels)
    flat.offset = offset
    return flat
  }
}

/// An activation that one operation writes and others read, and the view that holds its gradient.
final class Value {
  let view: View
  /// Nil where no operation before it has parameters.
  let gradient: View?

  init(view: View, gradient: View?) {
    self.view = view
    self.gradient = gradient
  }
}

/// The view to which an operation writes the gradient in its input; all but the first writer add to it.
final class GradientTarget {
  let view: View
  /// Whether another operation has written to the view before; set by the plan, which knows the order.
  var accumulates = false

  init(_ view: View) {
    self.view = view
  }
}
