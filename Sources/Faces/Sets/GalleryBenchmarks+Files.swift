internal import Foundation

// Benchmarks of galleries and templates with the images that their lists name, from files.

extension IdentificationBenchmark {
  /// Takes MegaFace with FaceScrub: `facescrub_features_list.json`, `megaface_features_list.json_SIZE_SET`, and the
  /// pictures that they name, under `FaceScrub` and `MegaFace`.
  ///
  /// - Parameters:
  ///   - root: the folder of the two lists and the two folders.
  ///   - distractorCount: the list's SIZE; `nil` takes the largest that is there, of its first SET.
  /// - Throws: a ``DataError``, also where a picture is missing.
  public static func megaFace(
    _ root: String,
    distractorCount: Int? = nil,
    prepared: FacePreparation
  ) throws -> IdentificationBenchmark {
    let list = try MegaFaceList.probes("\(root)/facescrub_features_list.json")
    let distractors = try MegaFaceList.distractors(distractorList(in: root, count: distractorCount)).paths
    let persons = Dictionary(
      uniqueKeysWithValues: Set(list.ids ?? []).sorted().enumerated().map { ($1, $0) }
    )
    return IdentificationBenchmark(
      name: "MegaFace",
      probes: try FaceSet.files(
        root: root + "/FaceScrub",
        paths: list.paths,
        labels: list.ids?.compactMap { persons[$0] },
        prepared: prepared
      ),
      distractors: try FaceSet.files(root: root + "/MegaFace", paths: distractors, prepared: prepared),
      probePaths: list.paths,
      distractorPaths: distractors
    )
  }

  private static func distractorList(in root: String, count: Int?) throws -> String {
    let start = "megaface_features_list.json_"
    let found = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap {
      name -> (size: Int, set: Int, name: String)? in
      guard name.hasPrefix(start) else { return nil }
      let numbers = name.dropFirst(start.count).split(separator: "_", omittingEmptySubsequences: false).map {
        Int($0)
      }
      guard numbers.count == 2, let size = numbers[0], let set = numbers[1] else { return nil }
      return (size, set, name)
    }.filter { count == nil || $0.size == count }
    guard let list = found.max(by: { ($0.size, $1.set) < ($1.size, $0.set) }) else {
      let name = start + (count.map(String.init) ?? "1000000") + "_1"
      throw DataError(.unreadable(reason: "there is no such list"), file: "\(root)/\(name)")
    }
    return "\(root)/\(list.name)"
  }
}

extension TemplateBenchmark {
  /// Takes IJB-B or IJB-C in InsightFace's form: `NAME_face_tid_mid.txt` and `NAME_template_pair_label.txt` in the
  /// folder or its `meta`, and the pictures in the folder or its `loose_crop`.
  ///
  /// - Parameters:
  ///   - root: the folder.
  ///   - name: `ijbb` or `ijbc`; `nil` takes the one set that is there.
  /// - Throws: a ``DataError``, also where a picture is missing.
  public static func insightFace(
    _ root: String,
    name: String? = nil,
    prepared: FacePreparation
  ) throws -> TemplateBenchmark {
    let meta = isFolder(root + "/meta") ? root + "/meta" : root
    let end = "face_tid_mid.txt"
    let found = ((try? FileManager.default.contentsOfDirectory(atPath: meta)) ?? []).filter {
      $0.hasSuffix(end) && (name == nil || $0.hasPrefix(name ?? ""))
    }
    guard found.count == 1 else {
      let reason =
        found.isEmpty ? "there is no such list" : "there are \(found.count) such lists: name the set"
      throw DataError(.unreadable(reason: reason), file: "\(meta)/\(name ?? "*")_\(end)")
    }
    let prefix = String(found[0].dropLast(end.count))
    let list = try IJBList.insightFace(
      images: "\(meta)/\(found[0])",
      pairs: "\(meta)/\(prefix)template_pair_label.txt"
    )
    return TemplateBenchmark(
      name: prefix.isEmpty ? "IJB" : prefix.dropLast().uppercased(),
      faces: try FaceSet.files(
        root: isFolder(root + "/loose_crop") ? root + "/loose_crop" : root,
        paths: list.images.map(\.path),
        prepared: prepared
      ),
      list: list
    )
  }
}
