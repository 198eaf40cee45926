/// The formats that pandoc writes, and what they differ in.
package enum EditionForm: String, CaseIterable, Sendable {
  case docx, latex, jats, epub, ipynb, markdown

  /// The name of the format in pandoc's option `--to`.
  package var writer: String {
    switch self {
    // GitHub's Markdown with formulas between dollars, and without HTML, since readers of these files may be no browsers.
    case .markdown: "gfm+tex_math_dollars-raw_html"
    case .docx, .latex, .jats, .epub, .ipynb: rawValue
    }
  }

  /// The ending of the document's file.
  package var ending: String {
    switch self {
    case .latex: "tex"
    case .jats: "xml"
    case .markdown: "md"
    case .docx, .epub, .ipynb: rawValue
    }
  }

  /// Whether the pictures are files beside the document, in one folder with it.
  package var isFolder: Bool {
    switch self {
    case .latex, .jats, .markdown: true
    case .docx, .epub, .ipynb: false
    }
  }

  /// The format of drawn figures: vectors where readers of the format show them.
  package var pictureEnding: String {
    switch self {
    case .docx, .ipynb: "png"
    case .latex: "pdf"
    case .jats, .epub, .markdown: "svg"
    }
  }

  /// Whether a place in the document has an id that links lead to.
  var hasAnchors: Bool {
    switch self {
    case .docx, .latex, .jats, .epub: true
    case .ipynb, .markdown: false
    }
  }

  /// Whether formulas stay as their author wrote them, since TeX or MathJax reads them.
  var keepsTeX: Bool {
    switch self {
    case .latex, .ipynb, .markdown: true
    case .docx, .jats, .epub: false
    }
  }
}
