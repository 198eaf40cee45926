internal import Chapters
internal import Findings
internal import Reports
internal import Testing

@Suite("The switch of a chart of panels")
struct PanelSwitchTests {
  private func page(_ titles: [String]) throws -> String {
    var report = try Fixture.report()
    let panels = titles.map {
      Chart.Panel($0, marks: [.line(series: $0, points: [.init(0, 0), .init(1, 1)])])
    }
    let chart = Chart(x: .init("x"), y: .init("y"), panels: panels, summary: "A sweep")
    report.records["accuracy"]?.findings.append(
      Finding(name: "sweep", caption: "A sweep.", content: .chart(chart))
    )
    let page = try #require(try report.pages().first { $0.path == "01-kinds.html" })
    return String(decoding: page.bytes, as: UTF8.self)
  }

  @Test("has a radio button for each panel and one for all, which is chosen at first")
  func sweep() throws {
    let page = try page(["M = 0.1", "M = 0.2", "M = 0.3"])
    let inputs = page.matches(
      of: #/<input type="radio" name="_switch-accuracy\.sweep" value="(\d)"( checked)?/#
    )
    #expect(inputs.map { String($0.output.1) } == ["0", "1", "2", "3"])
    #expect(inputs.map { $0.output.2 != nil } == [true, false, false, false])
    #expect(page.contains("> M = 0.2</label>"))
    // The style sheet has a rule for each of the most panels that are allowed.
    let css = try #require(try Fixture.report().pages().first { $0.path == "style.css" })
    let style = String(decoding: css.bytes, as: UTF8.self)
    for index in 1...12 {
      #expect(style.contains("[value=\"\(index)\"]:checked) .panels>:not(:nth-child(\(index)))"))
    }
  }

  @Test("is left out for two panels, for more than twelve, and where one has no title")
  func none() throws {
    let many = (1...13).map(String.init)
    for titles in [["a", "b"], many, ["a", "", "c"]] {
      #expect(try !page(titles).contains("_switch-accuracy"), "\(titles)")
    }
    #expect(try page((1...12).map(String.init)).contains("_switch-accuracy"))
  }
}
