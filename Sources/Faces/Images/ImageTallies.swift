internal import Synchronization

/// Counts pictures that were repaired; passing one to a reader asks for the repair.
public final class ImageRepair: Sendable {
  private let count = Counter()
  private let guesses = Counter()

  /// Creates a count of 0.
  public init() {}

  /// How many pictures had CR LF in place of LF.
  public var repairedCount: Int { count.value }

  /// How many of these had lost a CR LF of their own, which was put back where the picture is smoothest.
  public var guessedCount: Int { guesses.value }

  func countOne(isGuess: Bool) {
    count.increment()
    if isGuess { guesses.increment() }
  }
}

/// Counts pictures about whose side information a decoder warns, though their pixels are whole, and keeps the first
/// warning by name.
public final class ImageWarnings: Sendable {
  private let state = Mutex<(count: Int, first: String?)>((0, nil))

  /// Creates a count of 0.
  public init() {}

  /// The number of pictures.
  public var count: Int { state.withLock { $0.count } }

  /// The first warning in the order of the files' names: the file and libjpeg's or libpng's words.
  public var example: String? { state.withLock { $0.first } }

  /// One sentence about all warnings; `nil` where there are none.
  public var summary: String? {
    state.withLock { state in
      state.first.map {
        "\(state.count) of the pictures have odd side information but whole pixels, for example \($0)"
      }
    }
  }

  func add(_ warning: String) {
    state.withLock { state in
      state.count += 1
      // The least by name, so that the example does not depend on the order of the threads.
      state.first = state.first.map { isBefore(warning, $0) ? warning : $0 } ?? warning
    }
  }
}
