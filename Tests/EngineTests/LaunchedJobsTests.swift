internal import Digests
internal import Foundation
internal import TestSupport
internal import Testing
internal import Engine

@Suite("Jobs that a launcher's processes execute here")
struct LaunchedJobsTests {
  /// A store with a plan, a launcher that executes its arguments, and a program that executes jobs as `marginalia train` does:
  /// the one named `bad` fails, and the one named `killed` ends without a word in the record.
  private struct Shop {
    let folder: String

    init(in folder: String) throws {
      self.folder = folder
      try writeScript(#"echo "$1" >> "\#(folder)/launched"; shift; exec "$@""#, to: launcher)
      try writeScript(
        #"""
        echo "$@" >> "\#(folder)/arguments"
        title=$(sed -n "$(($4 + 1))s/.*\"title\":\"\([a-z]*\)\".*/\1/p" "$2")
        record() {
          printf '{"date":"","element":%s,"host":"here","key":"k","message":"%s","outcome":"%s","seconds":0,"title":"%s"}' \
            "$1" "$2" "$3" "$title" > "$record"
        }
        record=$6
        echo "$title: step 1 of 2"
        case $title in
          bad) record "$4" "the loss is not finite" failed; exit 1 ;;
          killed) echo "out of memory" >&2; kill -KILL $$ ;;
        esac
        record "$4" "" made
        echo "$title" > "$8/checkpoints/$title.safetensors"
        """#,
        to: program
      )
    }

    var launcher: String { folder + "/launcher" }
    var program: String { folder + "/program" }

    func read(_ name: String) -> String {
      (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? ""
    }

    func jobs(_ command: String? = nil) throws -> LaunchedJobs {
      LaunchedJobs(
        store: try Store(folder: folder + "/.marginalia"),
        launcher: try #require(RankLauncher(command ?? "'\(launcher)' '2 ranks'")),
        program: program,
        dataRoots: ["/a b"]
      )
    }

    /// A plan of jobs, of which each needs those before it whose titles follow its own.
    func plan(_ jobs: [String]) throws -> JobPlan {
      let lines = jobs.map { job in
        let titles = job.split(separator: " ").map(String.init)
        let needs = titles.dropFirst().map { "\"\(Digest(of: $0))\"" }.joined(separator: ",")
        return "{\"key\":\"\(Digest(of: titles[0]))\",\"needs\":[\(needs)],\"title\":\"\(titles[0])\","
          + "\"file\":\"\(titles[0]).safetensors\"}"
      }
      var plan = JobPlan()
      try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: folder + "/plan"))
      #expect(try plan.add(contentsOf: folder + "/plan")?.count == jobs.count)
      return plan
    }
  }

  @Test("are started one after the other, those first that others need, as 'train --launcher' starts them")
  func success() throws {
    let shop = try Workshop()
    let trial = try Shop(in: shop.folder)
    var said: [String] = []
    let failures = try trial.jobs().execute(trial.plan(["a", "b a", "c"])) { said.append($0) }
    #expect(failures == [:])
    let order = said.filter { $0.hasPrefix("job ") }
    #expect(order == ["job 1 of 3: a", "job 2 of 3: c", "job 3 of 3: b"])
    #expect(said.contains("  c: step 1 of 2"))
    #expect(trial.read("launched") == "2 ranks\n2 ranks\n2 ranks\n")
    let folder = try #require(
      try FileManager.default.contentsOfDirectory(atPath: shop.store.folder + "/jobs").first
    )
    let jobs = "\(shop.store.folder)/jobs/\(folder)"
    let lines = trial.read("arguments").split(separator: "\n")
    #expect(
      lines.last
        == Substring(
          "train \(jobs)/jobs.jsonl --element 2 --record \(jobs)/records/2.json --store \(shop.store.folder) --data /a b --mpi"
        )
    )
    #expect(trial.read(".marginalia/jobs/\(folder)/logs/1.log") == "c: step 1 of 2\n")
  }

  @Test("that fail are named with their logs, and the others are executed")
  func failing() throws {
    let shop = try Workshop()
    let trial = try Shop(in: shop.folder)
    let failures = try #require(try trial.jobs().execute(trial.plan(["bad", "killed", "good"])) { _ in })
    #expect(failures.count == 2 && trial.read(".marginalia/checkpoints/good.safetensors") == "good\n")
    let bad = failures["\(Digest(of: "bad"))"] ?? ""
    #expect(
      bad.hasPrefix(
        "the job 'bad' failed on here: the loss is not finite; its log is \(shop.store.folder)/jobs/"
      )
    )
    #expect(bad.hasSuffix("/logs/0.log"))
    let killed = failures["\(Digest(of: "killed"))"] ?? ""
    #expect(killed.contains("did not start, and the log ends with 'out of memory'; its log is "))
  }

  @Test("are not tried where the launcher did not execute the first", arguments: [true, false])
  func noLauncher(isThere: Bool) throws {
    let shop = try Workshop()
    let trial = try Shop(in: shop.folder)
    let jobs = try trial.jobs(isThere ? "'\(trial.launcher)' x" : "marginalia-no-launcher -n 2")
    let error = #expect(throws: EngineError.self) {
      _ = try jobs.execute(trial.plan([isThere ? "killed" : "a", "b"])) { _ in }
    }
    let text = "\(try #require(error))"
    #expect(text.contains(isThere ? "' x' did not" : "'marginalia-no-launcher -n 2' did not"))
    #expect(text.contains(isThere ? "printed 'killed: step 1 of 2'; its log is " : "not found'; its log is "))
    #expect(!trial.read("arguments").contains("--element 1"))
    for command in ["", " ", "mpirun\n-n 2"] { #expect(RankLauncher(command) == nil) }
  }

  @Test("end with their launcher when the render is interrupted, and are executed by the next")
  func interrupted() async throws {
    let shop = try Workshop()
    let trial = try Shop(in: shop.folder)
    // The first job ends; in the second the render gets Ctrl-C, and only the signal ends the launcher.
    try writeScript(
      #"""
      case "$*" in *"--element 0"*) exec "$@" ;; esac
      trap 'echo ended >> "\#(shop.folder)/ended"; exit 1' TERM
      kill -INT $PPID
      while :; do sleep 0.05; done
      """#,
      to: shop.folder + "/hanging"
    )
    await #expect(processExitsWith: .signal(SIGINT)) { [folder = shop.folder as String] in
      let trial = try Shop(in: folder)
      _ = try trial.jobs("'\(folder)/hanging'").execute(trial.plan(["a", "b", "c"])) { _ in }
    }
    #expect(trial.read("ended") == "ended\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: shop.store.checkpoints) == ["a.safetensors"])
    #expect(try trial.jobs().execute(trial.plan(["b", "c"])) { _ in } == [:])
    #expect(try FileManager.default.contentsOfDirectory(atPath: shop.store.checkpoints).count == 3)
  }
}
