internal import Archives
internal import Chapters
internal import Engine
internal import Foundation
internal import Planning
internal import Reports
internal import Typesetting

/// Writes a book in other formats, by the programs of the machine that know them.
struct EditionWriter {
  let report: Report
  /// Folders with programs, such as `PATH`.
  let path: String
  /// The date in files that hold one, in seconds since 1970: the same records give the same bytes.
  let date: Int
  let warn: (String) -> Void

  /// A file of an edition, by its path in the edition's folder.
  typealias Files = [String: Data]

  /// One file that stands for itself, or several that go into one folder.
  enum Edition {
    case file(Data)
    case folder(Files)
  }

  /// The whole book as a PDF, by Chromium.
  func pdf() throws -> Edition {
    guard let browser = Browser(path: path) else {
      throw EngineError.noProgram("chromium", package: Browser.package, purpose: "--to pdf")
    }
    return .file(try browser.pdf(report.printedBook().bytes, date: date))
  }

  /// Every figure as PNG and SVG.
  func figures() throws -> Edition {
    var files: Files = [:]
    let drawings = report.figures
    for (name, svg) in drawings.svg { files[name] = Data(svg) }
    for (name, png) in drawings.png { files[name] = Data(png) }
    for (name, png) in try converted(drawings.svg, to: "png", for: "--to png") { files[name] = png }
    return .folder(files)
  }

  /// Returns the book in a format that pandoc writes.
  ///
  /// - Parameter name: the name of the document's file without its ending.
  func edition(_ form: EditionForm, name: String) throws -> Edition {
    guard let pandoc = Pandoc(path: path, timeLimit: 600) else {
      throw EngineError.noProgram("pandoc", package: Pandoc.package, purpose: "--to \(form.rawValue)")
    }
    let day = Date(timeIntervalSince1970: Double(date)).formatted(.iso8601.year().month().day())
    let edition = Reports.Edition(report, form: form, runDate: day)
    var made = [PandocVersion.debian12: edition.documents()]
    guard let (documents, drawings) = made[.debian12] else { return .folder([:]) }
    let isVector = { (name: String) in name.hasSuffix(".svg") }
    var pictures = drawings.filter { !isVector($0.key) || form.pictureEnding == "svg" }.mapValues { Data($0) }
    if form.pictureEnding != "svg" {
      let converted = try converted(
        drawings.filter { isVector($0.key) },
        to: form.pictureEnding,
        for: "--to \(form.rawValue)"
      )
      pictures.merge(converted) { $1 }
    }
    var files = form.isFolder ? pictures : [:]
    for (index, document) in documents.enumerated() {
      let output: Data
      do throws(ConfinedProgram.Failure) {
        let answer = try pandoc.run(
          Self.arguments(form),
          input: { version in
            if let known = made[version] { return known.documents[index].input }
            let others = edition.documents(version: version)
            made[version] = others
            return others.documents[index].input
          },
          files: form.isFolder ? [:] : pictures,
          environment: ["SOURCE_DATE_EPOCH": "\(date)"]
        )
        for warning in Self.warnings(answer.messages) { warn(warning) }
        switch form {
        case .epub: output = ZipEdit.dated(EPUBContents.completed(answer.output), to: date)
        case .docx: output = ZipEdit.dated(answer.output, to: date)
        case .latex, .jats, .ipynb, .markdown: output = answer.output
        }
      } catch { throw error.engineError(of: "pandoc") }
      files["\(document.name.isEmpty ? name : document.name).\(form.ending)"] = output
    }
    if form == .markdown { files["llms.txt"] = Data(edition.guide().utf8) }
    if form == .ipynb { files = files.compactMapValues(Reports.Edition.numbered) }
    guard !form.isFolder, let file = files.values.first else { return .folder(files) }
    return .file(file)
  }

  /// Converts drawings in SVG to another format, on all cores.
  ///
  /// - Returns: the converted files by their names, which end as the format does.
  private func converted(_ drawings: [String: [UInt8]], to ending: String, for purpose: String) throws
    -> Files
  {
    if drawings.isEmpty { return [:] }
    guard let converter = PictureConverter(path: path) else {
      throw EngineError.noProgram(PictureConverter.name, package: PictureConverter.package, purpose: purpose)
    }
    let date = date
    let results = drawings.sorted { $0.key < $1.key }.concurrentMap { name, svg in
      Result<(String, Data), any Error> {
        ("\(name.dropLast(3))\(ending)", try converter.convert(svg, to: ending, date: date))
      }
    }
    return Dictionary(try results.map { try $0.get() }) { first, _ in first }
  }

  /// What pandoc is started with, without input and output. Its sandbox keeps it from its own templates of Word and EPUB and
  /// from the pictures of a notebook; the kernel's keeps it from all other files.
  private static func arguments(_ form: EditionForm) -> [String] {
    let common = ["--from=json", "--to=\(form.writer)", "--wrap=none"]
    return switch form {
    case .docx: common
    case .epub: common + ["--mathml", "--toc-depth=2"]
    case .ipynb: common
    case .latex: common + ["--sandbox", "--standalone", "--toc"]
    case .jats: common + ["--sandbox", "--standalone"]
    case .markdown: common + ["--sandbox"]
    }
  }

  /// pandoc's warnings, but for those on its own translations.
  private static func warnings(_ messages: String) -> [String] {
    messages.split(separator: "\n").filter { line in
      line.hasPrefix("[WARNING]") && !line.contains("translation")
    }.map { "pandoc: " + $0.dropFirst("[WARNING]".count).trimmingCharacters(in: .whitespaces) }
  }
}
