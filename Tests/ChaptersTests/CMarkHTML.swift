internal import CCMark

/// What cmark itself writes for a text in its safe mode.
func htmlOfCMark(_ text: String) -> String {
  var text = text
  let html = text.withUTF8 { bytes in
    bytes.withMemoryRebound(to: CChar.self) {
      cmark_markdown_to_html($0.baseAddress, $0.count, CMARK_OPT_DEFAULT)
    }
  }
  guard let html else { return "" }
  defer { cmark_get_default_mem_allocator().pointee.free(html) }
  return String(cString: html)
}
