internal import Chapters
internal import Markup

/// A control above a chart of panels, such as a sweep over the values of a parameter: it shows one panel alone and large, or
/// all beside each other. It is a group of radio buttons that the style sheet acts on by `:has()`, without script; browsers
/// without `:has()` and paper show all panels and no control.
struct PanelSwitch {
  /// Unique in the report, since the single file joins all pages.
  let name: String
  let titles: [String]
  let phrases: Phrases

  /// The panels that the style sheet has a rule for.
  private static let counts = 3...12

  /// Nothing for a chart of one or two panels, and of more than can be chosen from.
  var node: Node {
    guard Self.counts.contains(titles.count), titles.allSatisfy({ !$0.isEmpty }) else { return .empty }
    let choices = [phrases[.all]] + titles
    return tag(
      "fieldset",
      ["class": "switch"],
      [tag("legend", [:], .text(phrases[.show]))]
        + choices.enumerated().map { index, title in
          tag(
            "label",
            [:],
            tag(
              "input",
              [
                "type": "radio", "name": "_switch-\(name)", "value": "\(index)",
                "checked": index == 0 ? "" : nil,
              ]
            ),
            .text(" " + title)
          )
        }
    )
  }
}
