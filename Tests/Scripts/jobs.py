#!/usr/bin/env python3
"""Executes training jobs in several processes on one store, kills them at random moments, and checks that no file is mistaken for whole.

    Tests/Scripts/jobs.py [--program .build/release/marginalia] [--kills 20] [--seed 1] [--steps 400] [--launcher mpirun]

The jobs are those of the book of `slurm.py`; Slurm is not needed. Two processes of `marginalia train` work on one job file at once. At
random moments one of them or both are killed by SIGKILL, and started again. After each kill every model in the store has the bytes of
one that was never interrupted, every checkpoint and every run is whole, and none is lost: see `stores.py`. Then two renders of the book
run on that store at once, of which one is killed: pages and models have the bytes of a render on its own. Where faketime is installed,
so do renders by machines whose clocks are 800 days apart: two at once, and one that goes on where another was killed. Where bindfs is
installed and the script runs as root, so do renders on two mounts of one folder that share no locks, as two nodes on NFS without a lock
manager.

As root, also on a store without enough space and on one that is read-only: the process says so, names the file and ends with status 3,
leaves no part of a file under a model's name, and succeeds when there is space again.

With `--launcher mpirun` (Open MPI) each job is executed by one to four ranks together, and one of these is killed: a rank, the
launcher, all ranks at once. Another number of ranks goes on. A launcher that was killed cannot end its ranks: they lose its connection
and end by themselves. Whatever was killed, no process may be left after LIMIT seconds. Then a render takes the models from the store,
sweeps what was left unfinished, and has the bytes of one without MPI. Last `render --launcher` makes everything by two ranks, and again with
Ctrl-C, which leaves no process and after which a second one makes what is missing: models, embeddings and pages have the bytes of a
plain render. Exit status 77 without mpirun and mpicc. The file is long, since both kinds of jobs share the book and what is
known of it.
"""
import argparse
import collections
import fcntl
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from fill import mount, resize
from slurm import Trial, write_book
from stores import Kept, await_end, fast_clock, processes

# Seconds in which all processes end after a kill. It takes one or two; more on a machine that does much else.
LIMIT = 20


class Train(subprocess.Popen):
    """A process that trains. It prints into a file: into a pipe that nobody reads it would stop at some time, and hold its lock."""

    def __init__(self, command, environment, folder=None):
        self.output = tempfile.TemporaryFile("w+")
        super().__init__(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT)

    def words(self, seconds=None):
        """Waits for the end and returns what was printed."""
        self.wait(seconds)
        with self.output:
            self.output.seek(0)
            return self.output.read()


class Jobs:
    def __init__(self, options, root):
        self.program = os.path.abspath(options.program)
        self.steps = options.steps
        self.chance = random.Random(options.seed)
        self.root = root
        calm = self.book("calm")
        file = self.plan(calm)
        # What the two processes take without a kill: a render takes longer, which compiles the chapters.
        began = time.monotonic()
        for process in [self.train(calm, file) for _ in range(2)]:
            said = process.words()
            assert process.returncode == 0, f"status {process.returncode}: {said}"
        self.seconds = time.monotonic() - began
        self.others = Trial.others(calm)
        assert len(self.others) == 7, sorted(self.others)
        subprocess.run([self.program, "render", "--quiet"], cwd=calm, check=True)
        self.models, self.pages = Trial.models(calm), Trial.pages(calm)

    def book(self, name):
        write_book(self.root / name, self.steps)
        return self.root / name

    def plan(self, folder):
        """Writes the job file of the first chapter, and returns it."""
        subprocess.run([self.program, "render", "--cluster", "slurm", "--dry-run", "--quiet"], cwd=folder, check=True)
        (file,) = folder.glob(".marginalia/jobs/*/jobs.jsonl")
        return file

    def train(self, folder, file, *more, **environment):
        command = [self.program, "train", str(file), "--store", str(folder / ".marginalia"), *more]
        return Train(command, os.environ | environment)

    def check_models(self, folder):
        found = Trial.models(folder)
        wrong = [name for name in found if found[name] != self.models.get(name)]
        assert not wrong, f"not the bytes of a run without interruption: {wrong}"
        others = Trial.others(folder)
        wrong = [name for name in others if others[name] != self.others.get(name)]
        assert not wrong, f"other embeddings or counts than of one process without interruption: {wrong}"
        return len(found)

    def kills(self, count):
        folder = self.book("killed")
        file, kept, clock = self.plan(folder), Kept(folder, self.models), fast_clock(self.root)
        killed = 0
        while killed < count:
            trains = [self.train(folder, file, LD_PRELOAD=clock) for _ in range(2)]
            time.sleep(self.chance.random() * self.seconds)
            victims = self.chance.choice([trains[:1], trains])
            for process in victims:
                process.kill()
            for process in trains:
                said = process.words()
                assert process.returncode in (0, -9), said
                self.check_words(said)
                killed += process.returncode == -9
            if kept.look() == 5:
                file = self.begin_anew(folder, kept)
        process = self.train(folder, file)
        said = process.words()
        assert process.returncode == 0 and kept.look() == 5, said
        print(
            f"{killed} of the processes were killed at random moments; every model and checkpoint in the store was whole each time,"
            f" {kept.with_checkpoint} times with a checkpoint",
            flush=True,
        )
        return folder

    @staticmethod
    def check_words(said):
        assert "continues from an older state" not in said and "made again" not in said, said

    def begin_anew(self, folder, kept):
        """All models are there: the store begins again without them."""
        shutil.rmtree(folder / ".marginalia/checkpoints")
        shutil.rmtree(folder / ".marginalia/jobs")
        kept.forget()
        return self.plan(folder)

    def two_renders(self, folder):
        for kill in [True, False]:
            renders = [
                subprocess.Popen([self.program, "render", "--force"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                for _ in range(2)
            ]
            if kill:
                time.sleep(0.5 + self.chance.random())
                renders[0].kill()
            said = [render.communicate()[0] for render in renders]
            assert renders[1].returncode == 0 and (kill or renders[0].returncode == 0), said
            assert self.check_models(folder) == 6 and Trial.pages(folder) == self.pages, "other bytes than of one render"
        print("two renders at once on one store gave the same bytes, also where one was killed", flush=True)

    def clocks(self):
        if shutil.which("faketime") is None:
            return print("clocks that differ were not tried: apt-get install faketime", flush=True)
        folder = self.book("clocks")

        def render(days, *more):
            command = ["faketime", "-f", f"{days}d", self.program, "render", *more]
            # The date alone: a machine's monotonic clock counts from its own start anyway.
            environment = os.environ | {"DONT_FAKE_MONOTONIC": "1"}
            return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

        killed = render("+400")
        while self.check_models(folder) < 2 and killed.poll() is None:
            time.sleep(0.05)
        killed.kill()
        killed.communicate()
        # From what is left, then everything again on the models, by both at once; the last finds nothing to do.
        for clocks, options in [(["-400"], []), (["+400", "-400"], ["--force"]), (["+0"], [])]:
            renders = [render(days, *options) for days in clocks]
            said = [process.communicate()[0] for process in renders]
            assert all(process.returncode == 0 for process in renders), said
            assert self.check_models(folder) == 6 and Trial.pages(folder) == self.pages, "other bytes than with one clock"
        assert " 0 run" in said[0], said
        print("renders by machines whose clocks are 800 days apart gave the same bytes, also where one was killed", flush=True)

    def nodes(self):
        """Two mounts by FUSE with caches of their own; a lock that one render takes is unknown to the other."""
        if shutil.which("bindfs") is None or os.geteuid() != 0:
            return print("nodes without common locks were not tried: they need root, and apt-get install bindfs", flush=True)
        folder = self.book("nodes")
        mounts = [self.root / "node-1", self.root / "node-2"]
        mounted = []
        try:
            for mount_point in mounts:
                mount_point.mkdir()
                subprocess.run(["bindfs", str(folder), str(mount_point)], check=True)
                mounted.append(mount_point)
            self.check_locks(mounts)
            # Both from nothing, both everything again on the models, and last with one that is killed.
            for options, kill in [([], False), (["--force"], False), (["--force"], True)]:
                command = [self.program, "render", *options]
                renders = [
                    subprocess.Popen(command, cwd=node, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for node in mounts
                ]
                if kill:
                    time.sleep(0.5 + self.chance.random())
                    renders[0].kill()
                said = [render.communicate()[0] for render in renders]
                assert renders[1].returncode == 0 and (kill or renders[0].returncode == 0), said
                assert self.check_models(folder) == 6 and Trial.pages(folder) == self.pages, "other bytes than of one node"
        finally:
            for mount_point in mounted:
                subprocess.run(["umount", "--lazy", str(mount_point)], check=True)
        print("renders on two mounts without common locks gave the same bytes, also where one was killed", flush=True)

    @staticmethod
    def check_locks(mounts):
        """The trial means nothing if the mounts share their locks."""
        with open(mounts[0] / "lock", "w") as first, open(mounts[1] / "lock", "r+") as second:
            fcntl.flock(first, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with open(mounts[0] / "lock", "r+") as first, open(mounts[1] / "lock", "r+") as second:
            fcntl.lockf(first, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.lockf(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.remove(mounts[0] / "lock")

    def full(self):
        if os.geteuid() != 0:
            return print("a full and a read-only store were not tried: mounting needs root", flush=True)
        folder = self.book("full")
        file = self.plan(folder)
        store = folder / ".marginalia/checkpoints"
        shutil.copytree(store, self.root / "sets")
        mount(store, "64m")
        try:
            shutil.copytree(self.root / "sets", store, dirs_exist_ok=True)
            resize(store, str(sum(path.stat().st_blocks * 512 for path in store.rglob("*") if path.is_file()) + 12288))
            process = self.train(folder, file)
            said = process.words()
            assert process.returncode == 3 and "the disk is full" in said and str(store) in said, said
            self.check_models(folder)
            assert not list(store.glob("*.new")), "a part of a file was left"
            subprocess.run(["mount", "-o", "remount,ro,size=64m", str(store)], check=True)
            process = self.train(folder, file)
            said = process.words()
            assert process.returncode == 3 and "the disk is read-only" in said and str(store) in said, said
            subprocess.run(["mount", "-o", "remount,rw,size=64m", str(store)], check=True)
            process = self.train(folder, file)
            said = process.words()
            assert process.returncode == 0 and self.check_models(folder) == 5, said
        finally:
            subprocess.run(["umount", str(store)], check=True)
        print("a full and a read-only store were named, and the models followed when there was space", flush=True)


class RankJobs(Jobs):
    """Training jobs of which each is executed by ranks over MPI."""

    def __init__(self, options, root):
        super().__init__(options, root)
        self.launcher = options.launcher
        self.count = 0
        # What Open MPI leaves in shared memory when it is killed goes with the trial's folder.
        for name in ["temporary", "shared"]:
            (root / name).mkdir()
        self.environment = {
            "MARGINALIA_MPI": str(root / "libmarginalia-mpi.so"),
            "MARGINALIA_THREADS": "1",
            "LD_PRELOAD": fast_clock(root),
            "TMPDIR": str(root / "temporary"),
            "OMPI_MCA_btl_vader_backing_directory": str(root / "shared"),
            # It refuses to run as root, as containers do, unless it is told to.
            "OMPI_ALLOW_RUN_AS_ROOT": "1",
            "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        }
        source = pathlib.Path(__file__).parents[2] / "Sources/MPITransport/transport.c"
        subprocess.run(["mpicc", "-O2", "-shared", "-fPIC", str(source), "-o", self.environment["MARGINALIA_MPI"]], check=True)

    def start(self, folder, file):
        """Starts another number of ranks than the last time."""
        self.count = self.chance.choice([count for count in range(1, 5) if count != self.count])
        # Of the fast clock.
        patience = ["--patience", "1000000"]
        return self.train(folder, file, "--launcher", f"{self.launcher} -n {self.count} --oversubscribe", *patience, **self.environment)

    def kill(self, launcher, file, kind):
        """Kills, and returns the seconds until no process was left; None if the training had ended before."""
        victims = [launcher.pid]
        if kind != "launcher":
            ranks = []
            while not ranks and launcher.poll() is None:
                ranks = [process for process, parent in processes(str(file)).items() if parent == launcher.pid]
            victims = ranks if kind == "all ranks" else ranks and [self.chance.choice(ranks)]
        for victim in victims if launcher.poll() is None else []:
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                pass
        seconds = await_end(str(file), LIMIT)
        said = launcher.words(LIMIT)
        self.check_words(said)
        if launcher.returncode == 0:
            return None
        # Open MPI names the signal, or where it learns of it late, only returns its number.
        named = "signal 9 (Killed)" in said or launcher.returncode == 128 + signal.SIGKILL
        told = launcher.returncode == -signal.SIGKILL if kind == "launcher" else named
        assert told, f"status {launcher.returncode} after the kill of {kind}: {said}"
        return seconds

    def kills(self, count):
        folder = self.book("ranks")
        file, kept = self.plan(folder), Kept(folder, self.models)
        launcher = self.start(folder, file)
        began = time.monotonic()
        said = launcher.words()
        seconds = time.monotonic() - began
        assert launcher.returncode == 0 and kept.look() == 5, said
        killed, longest, trainings = collections.Counter(), 0, 1
        file = self.begin_anew(folder, kept)
        while killed.total() < count:
            launcher = self.start(folder, file)
            # A part of a training, so that it is killed several times before it is done.
            time.sleep(self.chance.random() * min(8, seconds / 2))
            kind = self.chance.choice(["rank", "launcher", "all ranks"])
            lasted = self.kill(launcher, file, kind)
            if lasted is None:
                seconds *= 0.8
            else:
                killed[kind] += 1
                if kind == "launcher":
                    longest = max(longest, lasted)
            if kept.look() == 5:
                trainings += 1
                file = self.begin_anew(folder, kept)
        launcher = self.start(folder, file)
        said = launcher.words()
        assert launcher.returncode == 0 and kept.look() == 5, said
        assert Trial.others(folder) == self.others, "other embeddings or counts than of one process"
        kinds = ", ".join(f"{kind} {number}" for kind, number in sorted(killed.items()))
        print(
            f"{count} kills at random moments ({kinds}); {kept.with_checkpoint} times a checkpoint was found, and in all"
            f" {len(kept.unfinished)} unfinished files;"
            f" {trainings + 1} trainings of 5 models, with their embeddings and a search, on changing numbers of ranks,"
            " all with the bytes of one process",
            flush=True,
        )
        print(f"ranks whose launcher was killed ended by themselves within {longest:.1f} s", flush=True)
        subprocess.run([self.program, "render", "--quiet"], cwd=folder, check=True)
        assert self.check_models(folder) == 6 and Trial.pages(folder) == self.pages, "other bytes than without MPI"
        left = list((folder / ".marginalia").rglob("*.new"))
        assert not left, f"not swept by the render: {left}"

    def render(self, folder):
        """Starts a render whose jobs two ranks execute, by the clock of the machine: a render has limits of time."""
        command = [self.program, "render", "--launcher", f"{self.launcher} -n 2 --oversubscribe"]
        environment = {name: value for name, value in self.environment.items() if name != "LD_PRELOAD"}
        return Train(command, os.environ | environment, folder)

    def check_render(self, folder, render, count):
        said = render.words()
        assert render.returncode == 0, f"status {render.returncode}: {said}"
        assert len(re.findall(r"^job \d+ of \d+: ", said, re.MULTILINE)) == count, f"not {count} jobs: {said}"
        others = Trial.others(folder)
        assert {name: others.get(name) for name in self.others} == self.others, "other embeddings or counts than of one process"
        assert self.check_models(folder) == 6 and Trial.pages(folder) == self.pages, "other bytes than of a plain render"

    def renders(self):
        folder = self.book("launched")
        # The choice is known when the others have been made: see `slurm.py`.
        self.check_render(folder, self.render(folder), 13)
        records = [json.loads(path.read_text()) for path in folder.glob(".marginalia/jobs/*/records/*.json")]
        assert len(records) == 13 and all(record["outcome"] == "made" for record in records), records
        again = self.render(folder)
        said = again.words()
        assert again.returncode == 0 and " 0 run" in said and "job 1 of" not in said, said
        folder = self.book("interrupted")
        render = self.render(folder)
        while len(Trial.models(folder)) < 2 and render.poll() is None:
            time.sleep(0.02)
        # In the middle of the next job.
        time.sleep(0.5)
        render.send_signal(signal.SIGINT)
        said = render.words(LIMIT)
        assert render.returncode == -signal.SIGINT and "the next render continues it" in said, f"status {render.returncode}: {said}"
        await_end(str(folder / ".marginalia"), LIMIT)
        made = self.check_models(folder) + len(Trial.others(folder))
        assert made < 12, f"it was interrupted after all {made} jobs"
        self.check_render(folder, self.render(folder), 13 - made)
        print(
            f"a render by '{self.launcher} -n 2' executed 13 jobs with the bytes of a plain render; so did two, of which Ctrl-C ended the"
            f" first after {made} jobs",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=".build/release/marginalia")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, help="of a model; default: 400, with --launcher 1000")
    parser.add_argument("--launcher", help="mpirun: train on ranks, and kill them")
    options = parser.parse_args()
    options.steps = options.steps or (1000 if options.launcher else 400)
    if options.launcher:
        missing = [name for name in [options.launcher, "mpicc"] if not shutil.which(name)]
        if missing:
            print(f"needs openmpi-bin and libopenmpi-dev: there is no {', '.join(missing)}")
            return 77
    root = pathlib.Path(tempfile.mkdtemp(prefix="marginalia-jobs-"))
    try:
        if options.launcher:
            jobs = RankJobs(options, root)
            jobs.kills(options.kills)
            return jobs.renders()
        jobs = Jobs(options, root)
        jobs.full()
        jobs.clocks()
        jobs.nodes()
        jobs.two_renders(jobs.kills(options.kills))
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
