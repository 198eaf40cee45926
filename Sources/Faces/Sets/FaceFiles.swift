internal import Foundation
internal import Synchronization
internal import Tensors

/// Writes faces to image files in the layout of the benchmarks.
package struct FaceFiles: Sendable {
  private let root: String
  private let isPNG: Bool

  /// - Parameter isPNG: PNG instead of JPEG of quality 95; names then end in `.png`.
  package init(root: String, isPNG: Bool) {
    self.root = root
    self.isPNG = isPNG
  }

  /// The path of a picture of a generated person; pictures count from 1.
  package static func path(person: Int, image: Int) -> String {
    SyntheticFaces.Entry(person: person, image: image - 1).path
  }

  /// Writes each face to its path under the root, on all threads.
  ///
  /// - Throws: the first error in the order of the faces.
  package func write(_ faces: FaceSet, _ paths: [String]) throws {
    require(paths.count == faces.count, "\(paths.count) paths for \(faces.count) faces")
    let root = URL(fileURLWithPath: root)
    for folder in Set(paths.map { root.appendingPathComponent($0).deletingLastPathComponent() }) {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    let failure = Mutex<(index: Int, error: any Error)?>(nil)
    Parallel.forEach(faces.count) { index in
      do {
        let image = try faces.image(index)
        let path = isPNG ? paths[index].replacing(".jpg", with: ".png") : paths[index]
        try (isPNG ? image.png() : image.jpeg()).write(to: root.appendingPathComponent(path))
      } catch {
        failure.withLock { if index < $0?.index ?? .max { $0 = (index, error) } }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
  }
}
