internal import Chapters
internal import Findings
internal import Foundation

/// The environment variables and the sandbox of a chapter's process.
struct ChapterEnvironment {
  var variables: [String: String]
  /// Where the Swift runtime writes its report of a crash.
  var crashReport: String

  private let runner: ChapterRunner
  private let reads: [String]
  private let temporary: String
  private let findings: String

  /// Prepares the files that a chapter reads and the folder that it may write.
  init(runner: ChapterRunner, job: ChapterRunner.Job, scratch: String) throws(EngineError) {
    self.runner = runner
    reads = job.cells.flatMap(\.reads)
    temporary = scratch + "/tmp"
    findings = scratch + "/findings.json"
    crashReport = temporary + "/crash.json"
    try AtomicFile.makeFolder(temporary)
    let conditions = runner.conditions
    try AtomicFile.write(Self.encode(job.needed), to: findings, durable: false)
    let firstLines = Dictionary(
      job.cells.map { ($0.id, $0.location.line + 1) },
      uniquingKeysWith: { first, _ in first }
    )
    variables = [
      "MARGINALIA_PROFILE": conditions.profile,
      "MARGINALIA_SEED": String(conditions.seed),
      "MARGINALIA_THREADS": String(conditions.threadCount),
      "MARGINALIA_BOOK": runner.bookFolder,
      "MARGINALIA_STORE": runner.store.checkpoints,
      "MARGINALIA_TRAINING": runner.laboratory.trainingDigest,
      "MARGINALIA_LABORATORY": runner.laboratory.digest,
      "MARGINALIA_FINDINGS": findings,
      "MARGINALIA_SKIPPED": job.skipped.joined(separator: ","),
      "MARGINALIA_DATA": String(decoding: Self.encode(conditions.dataRoots), as: UTF8.self),
      "MARGINALIA_PARAMETERS": String(decoding: Self.encode(conditions.parameters), as: UTF8.self),
      "MARGINALIA_FIRST_LINES": String(decoding: Self.encode(firstLines), as: UTF8.self),
      "OPENBLAS_NUM_THREADS": "1",
      "TMPDIR": temporary,
      "TZ": "UTC",
      "LC_ALL": "C.UTF-8",
      "SWIFT_BACKTRACE":
        "enable=yes,color=no,interactive=no,format=json,output-to=\(crashReport),"
        + "swift-backtrace=\(runner.toolchain.backtracer)/linux/swift-backtrace",
      "SWIFT_DETERMINISTIC_HASHING": "1",
    ]
    variables["MARGINALIA_PLAN"] = job.plan
    variables["OPENBLAS_CORETYPE"] = conditions.requestedKernel
    variables["OPENBLAS_L2_SIZE"] = conditions.cacheSize
    for (name, value) in conditions.variables where variables[name] == nil { variables[name] = value }
  }

  /// The sandbox: all paths that the process may use; `nil` where the kernel has no Landlock.
  func confinement(program: String) -> Confinement? {
    guard ChildProcess.landlockVersion > 0 else { return nil }
    var grants = Confinement.system(toolchain: runner.toolchain)
    grants += [
      .init(path: program, rights: [.read, .execute]),
      .init(path: runner.laboratory.library, rights: .read),
      .init(path: findings, rights: .read),
      .init(path: runner.store.checkpoints, rights: [.read, .write]),
      .init(path: temporary, rights: [.read, .write]),
    ]
    // A grant follows links, so what it names must lie in the book itself.
    grants += reads.compactMap { BookPath.real($0, in: runner.bookFolder) }
      .map { .init(path: $0, rights: .read) }
    grants += runner.conditions.dataRoots.values.sorted().map { .init(path: $0, rights: .read) }
    return Confinement(grants: grants)
  }

  private static func encode(_ value: some Encodable) -> Data {
    // Strings, numbers and findings always have a JSON form.
    (try? FindingsCoding.encode(value)) ?? Data("{}".utf8)
  }
}
