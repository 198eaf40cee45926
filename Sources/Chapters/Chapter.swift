/// The content of a chapter: one Markdown file, parsed.
package struct Chapter: Hashable, Sendable {
  /// The file's path relative to the book, for example `05-centre-updates.md`.
  package var file: String
  /// The file's name without number and extension, for example `centre-updates`.
  package var id: String
  /// The number in front of the file's name; `nil` for a file without one.
  package var number: Int?
  /// The heading of level 1 that opens the chapter, or the id where there is none.
  package internal(set) var title: [Inline]
  /// Everything but the title, in order.
  package internal(set) var blocks: [Block]
  /// The references, equations, formulas and headings of title and blocks.
  package internal(set) var mentions: Mentions
  /// The links that are not references, in the order of the text.
  package internal(set) var links: [Link] = []
  /// The pictures, in the order of the text.
  package internal(set) var images: [Link] = []
  /// The cells, top to bottom; `Block.cell` holds indices into this list.
  package var cells: [Cell]
  /// Whether the text has errors that keep every cell from running. Such a chapter has no blocks, and its cells only
  /// reserve their ids.
  package var isBroken = false

  package init(
    file: String,
    id: String,
    number: Int?,
    title: [Inline],
    blocks: [Block],
    cells: [Cell]
  ) {
    self.file = file
    self.id = id
    self.number = number
    self.title = title
    self.blocks = blocks
    self.cells = cells
    mentions = Mentions(title: title, blocks: blocks)
  }
}

extension Chapter {
  /// A link to a page, a file or an address, or the source of a picture, as written.
  package struct Link: Hashable, Sendable {
    package var destination: String
    package var location: SourceLocation
  }
}

/// A place in a file, counted from 1.
package struct SourceLocation: Hashable, Sendable, Comparable, CustomStringConvertible {
  package var file: String
  package var line: Int
  package var column: Int

  package init(file: String, line: Int, column: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
  }

  package var description: String { "\(file):\(line):\(column)" }

  package static func < (left: SourceLocation, right: SourceLocation) -> Bool {
    (left.file, left.line, left.column) < (right.file, right.line, right.column)
  }
}

/// A Swift fence with an id: the unit of record.
package struct Cell: Hashable, Sendable {
  /// Kebab-case, unique in the book.
  package var id: String
  /// Ids of cells or chapters whose findings this one reads.
  package var needs: [String]
  /// Files and folders that the code may read, relative to the book's folder.
  package var reads: [String]
  package var echo: Echo
  /// The longest that the cell may run, in seconds; `nil` takes the book's.
  package var timeout: Double?
  package var code: String
  /// The place of the opening fence; the first line of code is one below.
  package var location: SourceLocation

  package init(
    id: String,
    needs: [String] = [],
    reads: [String] = [],
    echo: Echo = .show,
    timeout: Double? = nil,
    code: String,
    location: SourceLocation
  ) {
    self.id = id
    self.needs = needs
    self.reads = reads
    self.echo = echo
    self.timeout = timeout
    self.code = code
    self.location = location
  }

  /// How the page shows the code.
  package enum Echo: String, Hashable, Sendable, CaseIterable { case show, fold, hide }
}

/// A block of a chapter.
package indirect enum Block: Hashable, Sendable {
  case paragraph([Inline])
  case heading(level: Int, [Inline], location: SourceLocation)
  case quote([Block])
  case list(List)
  /// A fence or indented code that is not a cell.
  case listing(info: String, text: String)
  /// A cell, by its index in the chapter's `cells`.
  case cell(Int)
  /// A display formula in TeX, and where the TeX begins; `label` makes it `equation:label`.
  case math(tex: String, label: String?, location: SourceLocation)
  case thematicBreak
  /// Raw HTML, which no page shows.
  case html(String)
  case table(ProseTable)
  case callout(Callout, [Block])
  case definitions([Definition])
  case figure(ProseFigure)
  /// The notes of the chapter, at its end.
  case notes([Note])

  package struct List: Hashable, Sendable {
    /// The first number of an ordered list; `nil` for bullets.
    package var start: Int?
    package var isTight: Bool
    package var items: [[Block]]
    /// Whether each item is a task, and a task that is done; empty where none is.
    package var tasks: [Bool?]

    package init(start: Int?, isTight: Bool, items: [[Block]], tasks: [Bool?] = []) {
      self.start = start
      self.isTight = isTight
      self.items = items
      self.tasks = tasks
    }
  }
}

/// A run of text in a block.
///
/// Only the cases that hold inlines are boxed: most of a book is plain text.
package enum Inline: Hashable, Sendable {
  case text(String)
  case softBreak
  case lineBreak
  case code(String)
  /// Raw HTML, which no page shows.
  case html(String)
  indirect case emphasis([Inline])
  indirect case strong([Inline])
  indirect case link(destination: String, title: String, [Inline])
  indirect case image(source: String, title: String, [Inline])
  /// A formula in TeX, and where the TeX begins.
  indirect case math(tex: String, location: SourceLocation)
  indirect case reference(Reference)
  indirect case citation(CitationGroup)
  /// A note's number, and whether this is its first mention.
  case note(number: Int, isFirst: Bool)
}

/// A link that the book resolves, such as `[99 %](finding:cell.name)`.
package struct Reference: Hashable, Sendable {
  package var kind: Kind
  /// The text after the colon: `cell.name`, an equation's label, a chapter's id or a citation key.
  package var target: String
  package var title: String
  package var text: [Inline]
  package var location: SourceLocation

  package init(kind: Kind, target: String, title: String = "", text: [Inline], location: SourceLocation) {
    self.kind = kind
    self.target = target
    self.title = title
    self.text = text
    self.location = location
  }

  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case finding, figure, table, equation, chapter, cite, term
  }
}
