#!/usr/bin/env python3
"""Executes training jobs in several processes on one store, kills them at random moments, and checks that no file is mistaken for whole.

    Tests/Scripts/jobs.py [--program .build/release/marginalia] [--kills 20] [--seed 1] [--steps 400]

The jobs are those of the book of `slurm.py`; Slurm is not needed. Two processes of `marginalia train` work on one job file at once. At
random moments one of them or both are killed by SIGKILL, and started again. After each kill every model in the store has the bytes of
one that was never interrupted, and a checkpoint that the next process finds is valid. Then two renders of the book run on that store at
once, of which one is killed: pages and models have the bytes of a render on its own. Where faketime is installed, so do renders by
machines whose clocks are 800 days apart: two at once, and one that goes on where another was killed.

As root, also on a store without enough space and on one that is read-only: the process says so, names the file and ends with status 3,
leaves no part of a file under a model's name, and succeeds when there is space again.
"""
import argparse
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

from fill import mount, resize
from slurm import Trial, write_book


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
            assert process.wait() == 0
        self.seconds = time.monotonic() - began
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

    def train(self, folder, file, *more):
        command = [self.program, "train", str(file), "--store", str(folder / ".marginalia"), *more]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def check_models(self, folder):
        found = Trial.models(folder)
        wrong = [name for name in found if found[name] != self.models.get(name)]
        assert not wrong, f"not the bytes of a run without interruption: {wrong}"
        return len(found)

    def kills(self, count):
        folder = self.book("killed")
        file = self.plan(folder)
        killed = 0
        while killed < count:
            processes = [self.train(folder, file) for _ in range(2)]
            time.sleep(self.chance.random() * self.seconds)
            victims = self.chance.choice([processes[:1], processes])
            for process in victims:
                process.kill()
            for process in processes:
                said = process.communicate()[0]
                assert process.returncode in (0, -9), said
                assert "continues from an older state" not in said and "made again" not in said, said
                killed += process.returncode == -9
            if self.check_models(folder) == 5:
                # All are done: begin again with another store.
                shutil.rmtree(folder / ".marginalia/checkpoints")
                shutil.rmtree(folder / ".marginalia/jobs")
                file = self.plan(folder)
        process = self.train(folder, file)
        said = process.communicate()[0]
        assert process.returncode == 0 and self.check_models(folder) == 5, said
        print(f"{killed} of the processes were killed at random moments; every model in the store was whole each time", flush=True)
        return folder

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
            said = process.communicate()[0]
            assert process.returncode == 3 and "the disk is full" in said and str(store) in said, said
            self.check_models(folder)
            assert not list(store.glob("*.new")), "a part of a file was left"
            subprocess.run(["mount", "-o", "remount,ro,size=64m", str(store)], check=True)
            process = self.train(folder, file)
            said = process.communicate()[0]
            assert process.returncode == 3 and "Read-only file system" in said and str(store) in said, said
            subprocess.run(["mount", "-o", "remount,rw,size=64m", str(store)], check=True)
            process = self.train(folder, file)
            said = process.communicate()[0]
            assert process.returncode == 0 and self.check_models(folder) == 5, said
        finally:
            subprocess.run(["umount", str(store)], check=True)
        print("a full and a read-only store were named, and the models followed when there was space", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=".build/release/marginalia")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=400)
    options = parser.parse_args()
    root = pathlib.Path(tempfile.mkdtemp(prefix="marginalia-jobs-"))
    try:
        jobs = Jobs(options, root)
        jobs.full()
        jobs.clocks()
        jobs.two_renders(jobs.kills(options.kills))
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
