internal import Digests
internal import Foundation
internal import TestSupport
internal import Testing
internal import Engine

@Suite("Jobs of a Slurm cluster")
struct SlurmTests {
  private static func job(_ title: String, after needs: String...) -> String {
    let needs = needs.map { "\"\(Digest(of: $0))\"" }.joined(separator: ",")
    return
      "{\"key\":\"\(Digest(of: title))\",\"needs\":[\(needs)],\"title\":\"\(title)\",\"file\":\"f\",\"work\":{}}"
  }

  private static func plan(_ lines: [String], in folder: Workshop) throws -> JobPlan {
    var plan = JobPlan()
    let path = folder.folder + "/jobs"
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
    #expect(try plan.add(contentsOf: path)?.count == lines.count)
    return plan
  }

  @Test("are one array for each level, each job once, whichever chapters need it")
  func levels() throws {
    let shop = try Workshop()
    var plan = try Self.plan(
      [Self.job("a"), Self.job("b", after: "a"), Self.job("c", after: "a", "b"), Self.job("d")],
      in: shop
    )
    plan.add(
      try Self.plan([Self.job("a"), Self.job("e", after: "a"), Self.job("f", after: "elsewhere")], in: shop)
    )
    plan.sort()
    #expect(plan.jobs.map(\.title) == ["a", "d", "f", "b", "e", "c"])
    #expect(plan.jobs.map(\.level) == [0, 0, 0, 1, 1, 2])
    #expect(
      plan.file
        == Data(
          [
            Self.job("a"), Self.job("d"), Self.job("f", after: "elsewhere"), Self.job("b", after: "a"),
            Self.job("e", after: "a"),
            Self.job("c", after: "a", "b"),
          ].map { $0 + "\n" }.joined().utf8
        )
    )
    #expect(plan.parts(ofAtMost: .max).map(\.count) == [3, 2, 1])
    #expect(
      plan.parts(ofAtMost: 2) == [
        .init(level: 0, first: 0, count: 2), .init(level: 0, first: 2, count: 1),
        .init(level: 1, first: 3, count: 2),
        .init(level: 2, first: 5, count: 1),
      ]
    )
  }

  @Test("are refused where a line is no job", arguments: ["{}", "x", "{\"key\":\"ab\",\"title\":\"t\"}"])
  func broken(line: String) throws {
    let shop = try Workshop()
    let path = shop.folder + "/jobs"
    try Data(line.utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: EngineError.self) {
      var plan = JobPlan()
      _ = try plan.add(contentsOf: path)
    }
    var plan = JobPlan()
    #expect(try plan.add(contentsOf: shop.folder + "/none") == nil)
  }

  @Test("have scripts that wait for the level before, and quote what a shell would read")
  func scripts() throws {
    let shop = try Workshop()
    let plan = try Self.plan([Self.job("a"), Self.job("b"), Self.job("c", after: "a")], in: shop)
    var scripts = SlurmScripts(
      plan: plan,
      parts: plan.parts(ofAtMost: 1),
      name: "n",
      program: "/a b/it's",
      store: "/s $x",
      dataRoots: ["/d`e"],
      options: ["--time=1:00"]
    )
    #expect(
      scripts.text(1) == """
        #!/bin/sh
        # Executes a job of jobs.jsonl. Submit it in its folder: id1=$(sbatch --parsable 1.sh)
        #SBATCH --job-name=n
        #SBATCH --array=0-0
        #SBATCH --output=logs/1-%a.log
        #SBATCH --open-mode=append
        #SBATCH --requeue
        #SBATCH --time=1:00
        export MARGINALIA_THREADS="${SLURM_CPUS_ON_NODE:-1}"
        job=$((SLURM_ARRAY_TASK_ID + 1))
        exec '/a b/it'\\''s' train jobs.jsonl --element "$job" \\
          --record "records/$job.json" --store '/s $x' --data '/d`e'

        """
    )
    scripts.launcher = "srun --mpi=pmix"
    let text = scripts.text(1)
    #expect(text.contains("exec srun --mpi=pmix '/a b/it'\\''s' train ") && text.contains("/d`e' --mpi\n"))
    #expect(text.contains("SLURM_CPUS_PER_TASK:-1"))
    #expect(scripts.command(2) == "id2=$(sbatch --parsable --dependency=afterany:$id0:$id1 2.sh)")
    #expect(scripts.log(ofJob: 1) == "logs/1-0.log" && scripts.log(ofJob: 2) == "logs/2-0.log")
  }

  @Test("of ten thousand recipes are one array, planned in linear time")
  func large() throws {
    let shop = try Workshop()
    let recipe = String(repeating: "\"field\":[1,2,3],", count: 80)
    let lines = (0..<10_000).map {
      "{\"key\":\"\(Digest(of: "\($0)"))\",\"title\":\"recipe \($0)\",\"file\":\"f\",\"needs\":[],\"work\":{\(recipe)\"a\":1}}"
    }
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: shop.folder + "/jobs"))
    let began = processorSeconds()
    var plan = JobPlan()
    _ = try plan.add(contentsOf: shop.folder + "/jobs")
    var whole = JobPlan()
    whole.add(plan)
    whole.sort()
    let scripts = SlurmScripts(
      plan: whole,
      parts: whole.parts(ofAtMost: .max),
      name: "n",
      program: "p",
      store: "s",
      dataRoots: [],
      options: []
    )
    try scripts.write(into: shop.folder + "/jobs-folder")
    let seconds = processorSeconds() - began
    #expect(scripts.parts.count == 1 && scripts.text(0).contains("--array=0-9999"))
    #expect(seconds < planningLimit, "\(seconds) s")
  }

  @Test("are followed in the queue line by line")
  func queue() {
    #expect(
      SlurmQueue.Entry("12_[4-9%2]|PD|Resources").map { [$0.id, $0.state, $0.reason] } == [
        "12_[4-9%2]", "PD", "Resources",
      ]
    )
    #expect(
      ["12_[4-9%2]|PD|Resources", "13_0|R|None", "14|R|None"].compactMap { SlurmQueue.Entry($0)?.job } == [
        "12", "13", "14",
      ]
    )
    #expect(SlurmQueue.Entry("slurm_load_jobs error") == nil)
  }
}
