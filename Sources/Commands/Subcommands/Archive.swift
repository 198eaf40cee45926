internal import Archives
internal import ArgumentParser
internal import Chapters
internal import Engine
internal import Foundation

struct Archive: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the book, its report and a signed manifest of both as one archive.",
    discussion: """
      The archive is a ZIP file and a Workflow Run RO-Crate (RO-Crate 1.1): the files of the book under book/, the report \
      with findings.json and provenance.json under report/, and ro-crate-metadata.json, which says how they were made. \
      manifest.dsse.json holds the size and SHA-256 of each file as an in-toto statement, in a DSSE envelope signed with \
      Ed25519. Nothing is run; cells that 'marginalia render' would run are an error. The same book, records and key \
      give the same bytes.

      Make a pair of keys, keep the private one secret and publish the other:

        openssl genpkey -algorithm ed25519 -out PRIVATE.pem
        openssl pkey -in PRIVATE.pem -pubout -out PUBLIC.pem

      'marginalia verify --archive FILE --key PUBLIC.pem' checks an archive.
      """
  )

  @OptionGroup var options: BookOptions

  @Option(name: .long, help: "The private key that signs the manifest: Ed25519, in PEM, without a password.")
  var key: String

  @Option(name: .long, help: "The archive to write; default: report.crate.zip beside the report.")
  var output: String?

  func validate() throws { try requireFolders(of: [output]) }

  func run() throws {
    let session = try Session(options, purpose: .show)
    let path =
      output
      ?? PathText.folder(of: BookOptions.outputFolder(nil, for: session.book.folder))
      + "/report.crate.zip"
    try OutputFile.check([path], inputs: [key])
    let file = ArchiveFile(path: path)
    let key = try file.privateKey(key)
    let contents = try ArchiveContents(session: session)
    try file.write(contents, signedBy: key)
    print(
      "\(path): \(contents.files.count) files, signed by the key \(key.id.prefix(12)); check it with "
        + "'marginalia verify --archive FILE --key PUBLIC.pem'"
    )
  }
}
