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
  /// The distance in elements between neighbouring places of an image.
  var stride: Int

  var rows: Int { batch * height * width }
  var isContiguous: Bool { stride == channels }
  /// How many elements the view spans, gaps included.
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

  /// Returns the view of each image as one row.
  var flattened: View {
    precondition(isContiguous, "only a contiguous activation can be flattened")
    var flat = View(buffer: buffer, batch: batch, height: 1, width: 1, channels: height * width * channels)
    flat.offset = offset
    return flat
  }
}

/// What flows from one operation to the next, and where its gradient is gathered.
final class Value {
  let view: View
  /// Nil where nothing learned lies before it.
  let gradient: View?

  init(view: View, gradient: View?) {
    self.view = view
    self.gradient = gradient
  }
}

/// The gradient that one operation hands to its input; later hands add to the first.
final class GradientTarget {
  let view: View
  /// True where another operation has written before: set when the order is known.
  var accumulates = false

  init(_ view: View) {
    self.view = view
  }
}
