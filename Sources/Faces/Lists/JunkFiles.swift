/// Whether a name is one that operating systems and archive programs leave behind in folders: hidden files (`.DS_Store`,
/// `._x.jpg`), `Thumbs.db`, `desktop.ini`, `__MACOSX` and their like. Readers of folders ignore them.
package func isJunk(_ name: String) -> Bool {
  if name.hasPrefix(".") { return true }
  return junkNames.contains(name.lowercased())
}

private let junkNames: Set<String> = [
  "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "__macosx", "icon\r", "@eadir",
  "$recycle.bin",
  "system volume information", "lost+found",
]
