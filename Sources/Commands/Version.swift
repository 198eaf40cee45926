/// The version of the program; `--version`, `installation.json` and the Debian package take it from here.
package enum Version {
  package static let current = "1.0.0"
}
