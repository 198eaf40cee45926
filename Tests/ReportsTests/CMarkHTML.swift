internal import CCMark

/// What cmark itself writes for a text in its safe mode, with void elements and quotation marks spelled as our writer does.
func htmlOfCMark(_ text: String) -> String {
  var text = text
  let html = text.withUTF8 { bytes in
    bytes.withMemoryRebound(to: CChar.self) {
      cmark_markdown_to_html($0.baseAddress, $0.count, CMARK_OPT_DEFAULT)
    }
  }
  guard let html else { return "" }
  defer { cmark_get_default_mem_allocator().pointee.free(html) }
  let spelled = String(cString: html).replacing(" />", with: ">").replacing("&#x27;", with: "'")
  // Within a tag a quotation mark stays escaped.
  return spelled.split(separator: "<", omittingEmptySubsequences: false).map { piece in
    let end = piece.firstIndex(of: ">") ?? piece.startIndex
    return piece[..<end] + piece[end...].replacing("&quot;", with: "\"")
  }.joined(separator: "<")
}
