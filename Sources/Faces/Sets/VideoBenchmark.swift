internal import Tensors

extension FaceGenerator {
  /// A stand-in for YTF: videos of two kinds of pairs in ten folds that share no person. The faces are frames.
  ///
  /// - Parameters:
  ///   - size: height and width of the frames in pixels.
  ///   - pairsPerKind: pairs of each kind in a fold; YTF has about 250.
  ///   - framesPerVideo: how many frames stand for a video; YTF's have 181 on average.
  public func ytfStyle(
    size: Int,
    pairsPerKind: Int = 250,
    foldCount: Int = 10,
    framesPerVideo: Int = 8
  ) -> PairBenchmark {
    require(pairsPerKind >= 1 && foldCount >= 2 && framesPerVideo >= 1, "an empty benchmark")
    var pairs: [PairList.Pair] = []
    var videos: [SyntheticFaces.Entry] = []
    var seen: Set<SyntheticFaces.Entry> = []
    func add(_ first: SyntheticFaces.Entry, _ second: SyntheticFaces.Entry, isSame: Bool, fold: Int) {
      for video in [first, second] where seen.insert(video).inserted { videos.append(video) }
      pairs.append(
        PairList.Pair(
          first: first.videoPath,
          second: second.videoPath,
          isSame: isSame,
          fold: fold,
          line: pairs.count + 2
        )
      )
    }
    let count = max(4, pairsPerKind)
    for fold in 0..<foldCount {
      let base = Block.ytf + fold * count
      for person in base..<base + pairsPerKind {
        add(.init(person: person, image: 0), .init(person: person, image: 1), isSame: true, fold: fold)
      }
      // Each person with another at a distance that grows round by round: no pair comes twice.
      var chance = SeededGenerator(path: seed, 6, UInt64(fold))
      let step = 1 + Int(chance.next() % UInt64(count / 2 - (count.isMultiple(of: 2) ? 1 : 0)))
      for index in 0..<pairsPerKind {
        let first = SyntheticFaces.Entry(person: base + index, image: Int(chance.next() & 1))
        let second = SyntheticFaces.Entry(
          person: base + (index + step) % count,
          image: Int(chance.next() & 1)
        )
        add(first, second, isSame: false, fold: fold)
      }
    }
    let frames = videos.enumerated().flatMap { index, video in
      (0..<framesPerVideo).map {
        (video: index, entry: SyntheticFaces.Entry(person: video.person, image: video.image, frame: $0))
      }
    }
    let faces = SyntheticFaces(generator: self, entries: frames.map(\.entry), variation: .video)
    return PairBenchmark(
      name: "YTF-style, synthetic",
      pairs: PairList(pairs),
      members: videos.map(\.videoPath),
      faces: faces.set(size: size),
      memberOfFace: frames.map(\.video),
      paths: frames.map(\.entry.path)
    )
  }
}
