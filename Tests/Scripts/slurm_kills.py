"""Kills the parts of a Slurm cluster at random moments while a book is rendered on it: `slurm.py --kills N`.

Killed by SIGKILL is, each time by chance, the process of a job's element, the render, the controller, or the daemon of a node together
with the jobs that it runs. Daemons are started again. A render that was killed, or that ended since a model failed, is started again
until it succeeds; then models and pages must have the bytes of one machine, and the book begins anew with an empty store. At each kill
all that the store has is whole and nothing is lost: see `stores.py`. The elements see a fast clock, so that they leave checkpoints.
"""
import collections
import os
import pathlib
import random
import shutil
import signal
import time

from stores import Kept, fast_clock, processes

# Seconds in which a cluster goes on after a kill. Slurm takes about fifteen to miss the jobs of a node.
LIMIT = 180


class Kills:
    def __init__(self, trial, seed):
        self.trial, self.cluster = trial, trial.cluster
        self.chance = random.Random(seed)
        self.clock = fast_clock(trial.root)
        self.folder = trial.book("kills")
        self.kept = Kept(self.folder, trial.wanted_models)
        self.render = None
        self.killed = collections.Counter()
        self.rounds, self.renders, self.asked = 0, 0, 0

    def run(self, count):
        while self.killed.total() < count:
            # Kills of a cluster that has nothing to do would show nothing.
            self.go_on(lambda: processes("--element"))
            time.sleep(self.chance.random() * 2)
            kind = self.chance.choice(["element", "render", "controller", "node"])
            kill = {"element": self.element, "render": self.renderer, "controller": self.controller, "node": self.node}[kind]
            if kill():
                self.killed[kind] += 1
                self.kept.look()
        rounds = self.rounds
        self.go_on(lambda: self.rounds > rounds)
        kinds = ", ".join(f"{kind} {number}" for kind, number in sorted(self.killed.items()))
        self.trial.report(
            f"{count} kills at random moments ({kinds}) in {self.renders} renders; {self.kept.with_checkpoint} times a checkpoint was found,"
            f" and in all {len(self.kept.unfinished)} unfinished files; {self.rounds} books of 6 models, all with the bytes of one machine"
        )

    def go_on(self, is_so):
        """Renders until something is so."""
        began = time.monotonic()
        while True:
            if self.render is None:
                self.render = self.trial.start(self.folder, f"--sbatch=--export=ALL,LD_PRELOAD={self.clock}")
                self.renders += 1
            self.administer()
            if self.render.poll() is not None:
                self.ended(self.render.returncode)
            if is_so():
                return
            assert time.monotonic() < began + LIMIT, f"nothing goes on: {self.cluster.queue()}; {self.trial.said(self.folder)}"
            time.sleep(0.2)

    def administer(self):
        """Does what an administrator does after a failure."""
        self.cluster.resume()
        if time.monotonic() > self.asked + 5:
            # The nodes tell what runs on them. Else the controller believes for minutes that jobs run which a node has lost, or which
            # ended before the controller was killed, and had not saved that they did.
            self.cluster.ask("scontrol", "reconfigure")
            self.asked = time.monotonic()

    def ended(self, status):
        said = self.trial.said(self.folder)
        self.render = None
        self.kept.look()
        assert "continues from an older state" not in said and "made again" not in said, said
        if status != 0:
            # A model failed that was killed, or the controller was away when jobs were submitted.
            told = "its process was killed or did not start" in said or "sbatch" in said
            assert status in (1, 3) and told, f"status {status}: {said}"
            return
        # The controller may believe that jobs run which it has already told to have ended.
        self.cluster.wait("an empty queue", lambda: self.administer() or not self.cluster.queue(), LIMIT)
        self.trial.check(self.folder)
        self.rounds += 1
        self.trial.report(f"book {self.rounds} has the bytes of one machine, after {self.killed.total()} kills")
        for name in [".marginalia", "output"]:
            shutil.rmtree(self.folder / name)
        self.kept.forget()

    def element(self):
        """Kills the process of an element; false if none runs."""
        elements = list(processes("--element"))
        return bool(elements) and self.end([self.chance.choice(elements)])

    @staticmethod
    def end(ids):
        """Kills processes; false if one had ended."""
        gone = False
        for process in ids:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                gone = True
        return not gone

    def renderer(self):
        """Kills the render; false if it has just ended."""
        if self.render is None:
            return False
        self.render.kill()
        ended = self.render.wait() == -signal.SIGKILL
        if ended:
            self.render = None
        return ended

    def controller(self):
        self.cluster.controller.kill()
        self.cluster.controller.wait()
        time.sleep(self.chance.random() * 2)
        self.cluster.control()
        return True

    def node(self):
        """Kills the daemon of a node, its steps and their processes, as a machine that loses its power does."""
        names = sorted(self.cluster.nodes)
        name = self.chance.choice([name for name in names if self.on(name)] or names)
        daemon = self.cluster.nodes[name]
        daemon.kill()
        daemon.wait()
        # The steps first, so that none of them tells the controller how its element ended.
        running = self.on(name)
        self.end([*running.values(), *running])
        time.sleep(self.chance.random() * 2)
        self.cluster.node(name)
        return True

    @staticmethod
    def on(name):
        """The elements that run on a node, each with its parent, which is Slurm's step."""
        found = {}
        for process, parent in processes("--element").items():
            try:
                if f"SLURMD_NODENAME={name}".encode() in pathlib.Path(f"/proc/{process}/environ").read_bytes().split(b"\0"):
                    found[process] = parent
            except (FileNotFoundError, ProcessLookupError):
                continue
        return found
