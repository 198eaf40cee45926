internal import Faces
internal import Tensors
internal import Testing

@Suite("A picture")
struct ImageGeometryTests {
  private func image(_ height: Int, _ width: Int, _ value: (Int, Int, Int) -> Int) -> Image {
    var pixels: [UInt8] = []
    for row in 0..<height {
      for column in 0..<width {
        for channel in 0..<3 { pixels.append(UInt8(value(row, column, channel))) }
      }
    }
    return Image(height: height, width: width, pixels: pixels)
  }

  @Test("mirrored twice is itself")
  func mirrored() {
    let picture = image(3, 4) { $0 * 40 + $1 * 10 + $2 }
    #expect(picture.mirrored()[1, 0] == picture[1, 3])
    #expect(picture.mirrored().mirrored() == picture)
  }

  @Test("is cropped where asked, black outside")
  func cropped() {
    let picture = image(4, 5) { row, column, _ in row * 10 + column + 1 }
    let part = picture.cropped(top: -1, left: 3, height: 3, width: 4)
    #expect((0..<4).map { part[0, $0].red } == [0, 0, 0, 0])
    #expect((0..<4).map { part[1, $0].red } == [4, 5, 0, 0])
    #expect((0..<4).map { part[2, $0].red } == [14, 15, 0, 0])
    #expect(picture.centreCropped(height: 2, width: 3)[0, 0].red == 12)
    #expect(picture.squared().width == 4 && picture.squared()[0, 0].red == 1)
    #expect(picture.cropped(top: 9, left: 9, height: 1, width: 1)[0, 0].red == 0)
  }

  @Test("keeps an even colour at any size and filter", arguments: ResizingFilter.allCases)
  func flat(filter: ResizingFilter) {
    let picture = image(13, 7) { _, _, channel in 50 + channel * 60 }
    for (height, width) in [(1, 1), (5, 20), (26, 14), (13, 7), (40, 3)] {
      let resized = picture.resized(height: height, width: width, filter: filter)
      #expect(resized == image(height, width) { _, _, channel in 50 + channel * 60 })
    }
  }

  @Test("is halved to weighted means: no old pixel is left out")
  func halved() {
    // One row 0 0 100 0 0 0 halved by a triangle of half width 2: weights ⅛ ⅜ ⅜ ⅛ about each new centre,
    // those inside the picture scaled to 1: places 0…2 for the first (⅜ ⅜ ⅛)/⅞, 1…4, 3…5.
    let picture = image(1, 6) { _, column, _ in column == 2 ? 100 : 0 }
    let half = picture.resized(height: 1, width: 3)
    #expect((0..<3).map { half[0, $0].red } == [14, 38, 0])
    // Fine stripes become grey, not one of their colours.
    let stripes = image(64, 64) { _, column, _ in column.isMultiple(of: 2) ? 0 : 200 }
    let small = stripes.resized(height: 8, width: 8)
    for column in 1..<7 { #expect((98...102).contains(small[3, column].red)) }
  }

  @Test("is enlarged by straight lines between pixel centres")
  func enlarged() {
    let picture = image(1, 2) { _, column, _ in column * 100 }
    let large = picture.resized(height: 1, width: 4)
    #expect((0..<4).map { large[0, $0].red } == [0, 25, 75, 100])
  }

  @Test("becomes (x − 127.5) / 128")
  func standardised() {
    let picture = image(1, 2) { _, column, channel in column == 0 ? 0 : 255 - channel }
    let tensor = picture.standardised
    #expect(tensor.shape == [1, 2, 3])
    #expect(tensor.elements == [-0.99609375, -0.99609375, -0.99609375, 0.99609375, 0.98828125, 0.98046875])
  }

  @Test("is aligned to where the standard landmarks lie")
  func aligned() throws {
    // A similarity of the standard: turned by 90°, doubled, shifted. Aligning must undo it.
    let landmarks = FaceLandmarks(
      FaceLandmarks.standard.points.map { FaceLandmarks.Point(240 - 2 * $0.y, 10 + 2 * $0.x) }
    )
    let similarity = try #require(Similarity(from: landmarks, to: .standard))
    #expect(abs(similarity.a) < 1e-12 && abs(similarity.b + 0.5) < 1e-12)
    let picture = image(240, 250) { row, column, _ in (row + 2 * column) / 3 }
    let face = try #require(picture.aligned(by: landmarks))
    #expect(face.height == 112 && face.width == 112)
    // Pixel (row r, column c) of the face comes from column 240 − 2r, row 10 + 2c.
    for (row, column) in [(0, 0), (40, 60), (100, 20)] {
      #expect(face[row, column].red == picture[10 + 2 * column, 240 - 2 * row].red)
    }
    #expect(try #require(picture.aligned(by: landmarks, size: 56)).height == 56)
    let point = FaceLandmarks(Array(repeating: FaceLandmarks.Point(3, 3), count: 5))
    #expect(picture.aligned(by: point) == nil)
  }

  @Test("is aligned to itself by the standard landmarks")
  func identity() throws {
    let face = FaceGenerator(seed: 2).image(identity: 1, image: 1, size: 112)
    #expect(try #require(face.aligned(by: .standard)) == face)
  }
}
