#!/usr/bin/env python3
"""Renders a small book on a Slurm cluster of two nodes on this machine, and checks it against a render without one.

    sudo Tests/Scripts/slurm.py [--program .build/release/marginalia] [--steps 400] [--seconds 900] [--kills N] [--seed 1]

Starts munged, slurmctld and two slurmd on loopback, in a process namespace of their own, so that all of them end with the script; nothing
outside its temporary folder is written. Without root, or without the packages slurm-wlm and munge, the script says so and exits with
status 77. The book has two chapters: the first trains models at once, some of which start from others, embeds pictures by them and searches
among embedded distractors; the second chooses a further model by a finding of the first. In turn, each time with a store of its own:

- the pages, models and embeddings have the bytes of a render on one machine, and every model, embedded set and search is one element of a
  job array;
- `--dry-run` submits nothing, and the printed commands train the models that the next render then finds;
- two elements are killed: the model of the one is trained by an element that starts from it; of the other the log is named, the
  render fails, and the next one trains that model alone;
- a render that is killed leaves its jobs, and the next one waits for them instead of submitting others, also where it was killed while
  it submitted them;
- Ctrl-C with `--cancel-on-interrupt` leaves an empty queue;
- the controller is stopped or killed, and started again, while a render waits; jobs that it has lost are planned by the next render.

With `--kills` these parts are left out, and what a cluster consists of is killed at random moments: see `slurm_kills.py`. The file is
long, since it holds the book, the cluster and all these parts.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from slurm_kills import Kills

NEEDED = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol"]
os.environ["PATH"] += ":/usr/sbin:/sbin"

CHAPTER = """# Models

The loss is [?](finding:models.loss-1).

```swift id=models
let set = FaceGenerator(seed: 3).trainingSet(.geometric(classCount: 6, largest: 12, smallest: 4), size: 16).remembered()
func recipe(_ name: String, _ seed: UInt64, _ objective: Objective, steps: Int = %(steps)d, from start: Recipe.Start = .random) -> Recipe {
  Recipe(
    name, network: [.convolution(4, kernel: 5, stride: 4), .batchNorm(), .relu, .globalAveragePool, .dense(8)], input: [16, 16, 3],
    objective: objective, schedule: .constant(0.05), steps: steps, sampling: .shuffled(batch: 20),
    augmentation: Augmentation(flips: true), start: start, seed: seed)
}
let first = [1, 2].map { recipe("Centre", $0, Objective(.softmax, .centre(weight: 0.01))) }
let further = first.map { recipe("Softmax", $0.seed, Objective(.softmax), from: .model(of: $0)) }
let other = recipe("Softmax", 3, Objective(.softmax))
try Notebook.current.models.prepare(first + further, on: set, embedding: [set])
try Notebook.current.models.prepare([other], on: set)
let search = FaceGenerator(seed: 5).megaFaceStyle(size: 16, personCount: 4, imagesPerPerson: 3...4, distractorCount: 1500)
let strangers = search.distractors.remembered()
try Notebook.current.models.planIdentification(of: search.probes, among: strangers, sizes: [100, 1500], by: [first[0]], trainedOn: set)
for (index, recipe) in (first + further + [other]).enumerated() {
  let model = try Notebook.current.models.model(of: recipe, on: set)
  record("loss-\\(index + 1)", model.log.entries.last?.value ?? 0)
  record("length-\\(index + 1)", Double(try model.embeddings(of: set).elements.map { $0 * $0 }.reduce(0, +)))
}
let results = try Notebook.current.models.identification(
  of: search.probes, among: strangers, sizes: [100, 1500], by: first[0], trainedOn: set)
for result in results {
  record("found-among-\\(result.distractorCount)", result.rate(atRank: 1))
  record("area-among-\\(result.distractorCount)", result.verification.areaUnderCurve)
}
```
"""

CHOICE = """# A choice

```swift id=choice needs=models.models
let best = try (1...5).min { try Notebook.current.measurement("models.loss-\\($0)").value < Notebook.current.measurement("models.loss-\\($1)").value }
let set = FaceGenerator(seed: 4).trainingSet(.even(classCount: 4, count: 6), size: 16)
let model = try Notebook.current.models.model(
  of: Recipe(
    "Chosen", network: [.globalAveragePool, .dense(4)], input: [16, 16, 3], objective: Objective(.softmax), schedule: .constant(0.05),
    steps: 20, sampling: .shuffled(batch: 8), seed: UInt64(best ?? 0)),
  on: set)
record("loss", model.log.entries.last?.value ?? 0)
```
"""


def write_book(folder, steps):
    chapters = folder / "Chapters"
    chapters.mkdir(parents=True)
    (chapters / "book.yml").write_text("title: A book on a cluster\nslurm: [--mem=400M, --time=10]\n")
    (chapters / "01-models.md").write_text(CHAPTER % {"steps": steps})
    (chapters / "02-choice.md").write_text(CHOICE.replace("needs=models.models", "needs=models"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """The daemons of a cluster of two nodes with one core each."""

    def __init__(self, folder):
        self.folder = folder
        self.host = socket.gethostname()
        for name in ["state", "n1", "n2", "munge"]:
            (folder / name).mkdir(parents=True, mode=0o700)
        key = folder / "munge" / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        self.start(
            "munged", "--foreground", "--force", f"--socket={folder}/munge/socket", f"--key-file={key}", f"--pid-file={folder}/munge/pid",
            f"--log-file={folder}/munge/log", f"--seed-file={folder}/munge/seed", "--num-threads=2",
        )
        control, first, second = free_port(), free_port(), free_port()
        (folder / "slurm.conf").write_text(
            f"""
ClusterName=trial
SlurmctldHost={self.host}(127.0.0.1)
SlurmctldPort={control}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=10
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmdSpoolDir={folder}/%n
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
KillWait=1
BatchStartTimeout=2
MinJobAge=300
MaxArraySize=1001
SchedulerParameters=sched_interval=2,batch_sched_delay=0,requeue_delay=1
NodeName=n1 NodeHostname={self.host} NodeAddr=127.0.0.1 Port={first} CPUs=1 RealMemory=1000
NodeName=n2 NodeHostname={self.host} NodeAddr=127.0.0.1 Port={second} CPUs=1 RealMemory=1000
PartitionName=all Nodes=n1,n2 Default=YES State=UP MaxTime=60
"""
        )
        os.environ["SLURM_CONF"] = str(folder / "slurm.conf")
        self.control()
        self.nodes = {}
        for name in ["n1", "n2"]:
            self.node(name)
        self.wait("both nodes", lambda: self.ask("sinfo", "--noheader", "--format=%t %D").strip() == "idle 2")

    def start(self, *command):
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def control(self):
        self.controller = self.start("slurmctld", "-D")

    def node(self, name):
        self.nodes[name] = self.start("slurmd", "-D", "-N", name)

    def ask(self, *command):
        return subprocess.run(command, capture_output=True, text=True).stdout

    def queue(self):
        return self.ask("squeue", "--noheader", "--array", "--format=%i %t").split("\n")[:-1]

    def running(self):
        return [line.split()[0] for line in self.queue() if line.endswith(" R")]

    def resume(self):
        """Resumes drained nodes and releases held jobs, as an administrator does. A controller that was killed before it saved which
        jobs run starts them again; the nodes refuse the duplicates, and Slurm then drains the nodes and holds the jobs."""
        if "drain" in self.ask("sinfo", "--noheader", "--format=%t"):
            self.ask("scontrol", "update", "NodeName=n1,n2", "State=RESUME")
        for line in self.ask("squeue", "--noheader", "--array", "--format=%i %r").splitlines():
            if "held" in line:
                self.ask("scontrol", "release", line.split()[0])

    def wait(self, what, is_so, seconds=120):
        end = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > end:
                logs = "".join(path.read_text()[-1500:] for path in self.folder.glob("*.log"))
                raise AssertionError(f"waited in vain for {what}; queue: {self.queue()}\n{logs}")
            time.sleep(0.05)


class Trial:
    def __init__(self, options, root):
        self.program = os.path.abspath(options.program)
        self.steps = options.steps
        self.root = root
        self.cluster = Cluster(root / "cluster")
        self.began = time.monotonic()

    def book(self, name):
        folder = self.root / name
        write_book(folder, self.steps)
        return folder

    def command(self, *arguments):
        return [self.program, "render", "--cluster", "slurm", *arguments]

    def render(self, folder, *arguments, status=0):
        answer = subprocess.run(self.command(*arguments), cwd=folder, capture_output=True, text=True)
        said = answer.stdout + answer.stderr
        assert answer.returncode == status, f"status {answer.returncode}, not {status}: {said}"
        return said

    def start(self, folder, *arguments):
        said = open(folder / "said", "w+")
        return subprocess.Popen(self.command(*arguments), cwd=folder, stdout=said, stderr=subprocess.STDOUT)

    @staticmethod
    def said(folder):
        return (folder / "said").read_text()

    @staticmethod
    def models(folder):
        return {path.name: path.read_bytes() for path in (folder / ".marginalia/checkpoints").glob("*.safetensors")}

    @staticmethod
    def others(folder):
        """Embeddings and counts; a render on one machine keeps no counts."""
        paths = [path for kind in ["embeddings", "counts"] for path in (folder / ".marginalia/checkpoints").glob(f"*.{kind}")]
        return {path.name: path.read_bytes() for path in paths}

    @staticmethod
    def pages(folder):
        paths = (folder / "output").rglob("*")
        return {str(path.relative_to(folder / "output")): path.read_bytes() for path in paths if path.is_file() and "provenance" not in path.name}

    def check(self, folder):
        assert self.models(folder) == self.wanted_models, "other models than on one machine"
        others = self.others(folder)
        assert {name: others.get(name) for name in self.wanted_others} == self.wanted_others, "other embeddings than on one machine"
        assert sum(name.endswith(".counts") for name in others) == 1, sorted(others)
        pages = self.pages(folder)
        different = [name for name in self.wanted_pages | pages if pages.get(name) != self.wanted_pages.get(name)]
        assert not different, f"other pages than on one machine: {different}"
        left = [path.name for path in (folder / ".marginalia").rglob("*.new")] + list((folder / ".marginalia").rglob("plan-*"))
        assert not left, f"left in the store: {left}"
        assert not self.cluster.queue(), f"left in the queue: {self.cluster.queue()}"

    def report(self, what):
        print(f"{time.monotonic() - self.began:5.1f} s: {what}", flush=True)

    def run(self, kills, seed):
        self.one_machine()
        if kills:
            return Kills(self, seed).run(kills)
        for part in [self.whole, self.by_hand, self.killed_element, self.killed_render, self.killed_submission, self.cancelled, self.controller]:
            part()

    def one_machine(self):
        # A model should take a second or two, so that one can be killed.
        for attempt in range(3):
            folder = self.book(f"alone-{attempt}")
            answer = subprocess.run([self.program, "render", "--json"], cwd=folder, check=True, capture_output=True, text=True)
            events = [json.loads(line) for line in answer.stdout.splitlines()]
            seconds = next(event["seconds"] for event in events if event["event"] == "cell-ended" and event["cell"] == "models")
            if seconds > 3:
                break
            self.steps = min(20 * self.steps, int(self.steps * 6 / seconds) + 1)
        self.wanted_models, self.wanted_others, self.wanted_pages = self.models(folder), self.others(folder), self.pages(folder)
        assert len(self.wanted_others) == 6 and not any(name.endswith(".counts") for name in self.wanted_others)
        assert len(self.wanted_models) == 6, sorted(self.wanted_models)
        self.report(f"a render on one machine trained 6 models in {seconds:.1f} s")

    def whole(self):
        folder = self.book("whole")
        said = self.render(folder)
        self.check(folder)
        arrays = [int(last) + 1 for path in folder.glob(".marginalia/jobs/*/*.sh") for last in re.findall(r"--array=0-(\d+)", path.read_text())]
        # Models; further models and what the first ones embed; what further ones embed, and the search; the choice.
        assert sorted(arrays) == [1, 3, 3, 6], f"arrays of {arrays} elements"
        records = [json.loads(path.read_text()) for path in folder.glob(".marginalia/jobs/*/records/*.json")]
        assert len(records) == 13 and all(record["outcome"] == "made" for record in records), records
        assert len(list(folder.glob(".marginalia/jobs/*/logs/*.log"))) == 13
        assert " of 12 jobs done" in said, said
        before = {path: path.stat().st_mtime_ns for path in (folder / ".marginalia/checkpoints").iterdir()}
        said = self.render(folder)
        assert " 0 run" in said and before == {path: path.stat().st_mtime_ns for path in (folder / ".marginalia/checkpoints").iterdir()}
        self.report("a render on two nodes gave the same bytes; a second one ran nothing")

    def by_hand(self):
        folder = self.book("hand")
        said = self.render(folder, "--dry-run", "--sbatch=--comment=by-hand")
        assert not self.cluster.queue() and not self.models(folder) and not (folder / "output").exists(), "a dry run did something"
        assert "#SBATCH --comment=by-hand" in said and "#SBATCH --mem=400M" in said, said
        commands = said[said.index("# To submit them by hand"):]
        commands = "".join(line + "\n" for line in commands.splitlines() if line.startswith(("cd ", "id")))
        subprocess.run(["sh", "-e", "-c", commands], check=True)
        self.cluster.wait("the jobs that were submitted by hand", lambda: not self.cluster.queue())
        assert len(self.models(folder)) == 5
        subprocess.run([self.program, "render", "--quiet"], cwd=folder, check=True)
        self.check(folder)
        self.report("scripts of --dry-run, submitted by hand, gave the same bytes")

    def killed_element(self):
        folder = self.book("killed")
        process = self.start(folder)
        for element in [0, 2]:
            self.cluster.wait("an element", lambda: any(name.endswith(f"_{element}") for name in self.cluster.running()))
            name = next(name for name in self.cluster.running() if name.endswith(f"_{element}"))
            subprocess.run(["scancel", "--signal=KILL", "--full", name], check=True)
        assert process.wait() == 1, self.said(folder)
        kept = self.models(folder)
        said = self.said(folder)
        assert "its process was killed or did not start" in said and f"its log is {folder}/.marginalia/jobs/" in said, said
        # A model that starts from the first one trained that again; nothing starts from the other.
        assert "the cell 'models' failed: the job 'Softmax, seed 3' failed" in said and len(kept) == 4, said
        said = self.render(folder)
        assert "1 job: Slurm array" in said, said
        self.check(folder)
        assert all(self.models(folder)[name] == kept[name] for name in kept)
        self.report(f"of a killed element the log was named; {len(kept)} models stayed; the next render gave the same bytes")

    def await_work(self, folder):
        """Waits until an element runs and all arrays are submitted, which may take longer than the first element's start."""

        def submitted():
            texts = [path.read_text() for path in folder.glob(".marginalia/jobs/*/submission.json")]
            return any(len(json.loads(text)["jobs"]) == 3 for text in texts)

        self.cluster.wait("an element and all arrays", lambda: submitted() and self.cluster.running())

    def killed_render(self):
        folder = self.book("left")
        process = self.start(folder)
        self.await_work(folder)
        process.kill()
        process.wait()
        assert self.cluster.queue(), "nothing was left in the queue"
        said = self.render(folder)
        assert "of an earlier render" in said, said
        self.check(folder)
        arrays = list(folder.glob(".marginalia/jobs/*/*.sh"))
        assert len(arrays) == 4, f"submitted again: {arrays}"
        self.report("the jobs of a killed render were taken up by the next one")

    def killed_submission(self):
        """A render that is killed between sbatch's success and its own note of the job's number."""
        folder = self.book("submission")
        sbatch = folder / "bin/sbatch"
        sbatch.parent.mkdir()
        sbatch.write_text(f'#!/bin/sh\n{shutil.which("sbatch")} "$@" && kill -KILL $PPID\n')
        sbatch.chmod(0o755)
        environment = os.environ | {"PATH": f"{sbatch.parent}:{os.environ['PATH']}"}
        answer = subprocess.run(self.command(), cwd=folder, env=environment, capture_output=True, text=True)
        assert answer.returncode == -signal.SIGKILL, answer
        (number,) = {line.split("_")[0] for line in self.cluster.queue()}
        said = self.render(folder)
        assert f"waiting for the Slurm jobs {number} of an earlier render" in said, said
        self.check(folder)
        self.report("so was a job of which a killed render had not noted the number")

    def cancelled(self):
        folder = self.book("cancelled")
        process = self.start(folder, "--cancel-on-interrupt")
        self.await_work(folder)
        process.send_signal(signal.SIGINT)
        assert process.wait() == -signal.SIGINT, self.said(folder)
        self.cluster.wait("an empty queue", lambda: not self.cluster.queue())
        self.render(folder)
        self.check(folder)
        self.report("Ctrl-C cancelled all jobs; the next render gave the same bytes")

    def end(self, process):
        """Waits until a render ends, resuming nodes and jobs meanwhile, and returns its status."""
        while process.poll() is None:
            self.cluster.resume()
            time.sleep(1)
        return process.returncode

    def controller(self):
        for number in [signal.SIGTERM, signal.SIGKILL]:
            folder = self.book(f"controller-{number}")
            process = self.start(folder)
            self.await_work(folder)
            self.cluster.controller.send_signal(number)
            self.cluster.controller.wait()
            self.cluster.wait("a warning", lambda: "still waiting" in self.said(folder))
            self.cluster.control()
            status = self.end(process)
            if number == signal.SIGKILL and status == 1:
                # Slurm had not saved the jobs yet, and has lost them; it may give the next ones the numbers of jobs that a node
                # still knows.
                assert "its process was killed or did not start" in self.said(folder)
                status = self.end(self.start(folder))
            assert status == 0, f"status {status}: {self.said(folder)}"
            self.check(folder)
        self.report("renders went on after their controller was stopped or killed, and started again")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=".build/release/marginalia")
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--seconds", type=int, default=900, help="end with an error after so many seconds, and 60 more for each kill")
    parser.add_argument("--kills", type=int, default=0, help="kill at so many random moments instead")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing or os.geteuid() != 0:
        print("needs root and the packages slurm-wlm and munge" + (f": there is no {', '.join(missing)}" if missing else ""))
        return 77
    if not options.inside:
        # All processes of the namespace end with its first one.
        command = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", sys.executable, *sys.argv, "--inside"]
        return subprocess.run(["timeout", "--signal=KILL", str(options.seconds + 60 * options.kills), *command]).returncode
    root = pathlib.Path(tempfile.mkdtemp(prefix="marginalia-slurm-"))
    try:
        Trial(options, root).run(options.kills, options.seed)
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
