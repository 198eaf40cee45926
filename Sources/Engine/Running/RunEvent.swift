package import Chapters
package import Findings

/// An event of a run, the one type from a chapter's process to the console.
package enum RunEvent: Sendable {
  /// `expectedSeconds` is how long the cells ran last time; 0 where that is not known.
  case chapterBegan(Chapter, expectedSeconds: Double)
  case compiling(Chapter)
  /// An error in a source that chapters share; each chapter that runs reports it.
  case sourceFailed(Problem)
  case cellBegan(Cell, Chapter)
  case progressed(WorkProgress, Cell, Chapter)
  case cellEnded(CellRecord, Chapter)
  case chapterEnded(Chapter)
  case warned(String)
  /// A message about jobs, or a script of a cluster.
  case said(String)
}
