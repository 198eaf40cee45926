#!/usr/bin/env python3
"""Kills `marginalia render` with SIGKILL at random moments and checks that nothing finished is lost.

    Tests/Scripts/kill.py [--program .build/release/marginalia] [--kills 100] [--seed 1]

Two kinds of render are killed: one runs every cell, the other only writes every page anew. The script times each kind first, divides
that time into slices, and kills one render at a random moment of each slice. A render that ends before its moment does not count and is
repeated at an earlier moment, so that the number of kills is the one asked for.

The book has two states, which differ in a sentence of every chapter and in the code of a cell. After each kill: every page is byte
for byte that of one of the states, no process of the render is left, no earlier record is gone, and every cell that was reported
as ended has its record. At the end the report has the bytes of a render that was never killed, and no temporary file is left.
"""
import argparse
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

CHAPTERS, CELLS = 10, 4


def chapter(number, state):
    text = f"# Chapter {number}\n\nSentence {state}. " + "Words of prose. " * 400 + "\n\n"
    for cell in range(CELLS):
        name = f"c{number}-{cell}"
        code = f'print("cell {cell}")\nrecord("value", {number * 100 + cell})'
        if number == 1 and cell == 1:
            code += f'\nrecord("state", {state})'
        text += f"The value is [?](finding:{name}.value).\n\n```swift id={name}\n{code}\n```\n\n"
    return text


def write_book(folder, state):
    chapters = folder / "Chapters"
    chapters.mkdir(parents=True, exist_ok=True)
    (chapters / "book.yml").write_text("title: A book that is killed\n")
    for number in range(1, CHAPTERS + 1):
        (chapters / f"{number:02}-part-{number}.md").write_text(chapter(number, state))


def pages(folder):
    """Returns every page by name, except those that contain dates."""
    paths = sorted((folder / "output").glob("*"))
    return {path.name: path.read_bytes() for path in paths if not path.name.startswith("provenance")}


def check_pages(folder, known):
    """Checks that every file under a page's name is complete."""
    for path in (folder / "output").glob("*"):
        if ".new" in path.name:
            continue
        content = path.read_bytes()
        if path.name == "provenance.json":
            json.loads(content)
        elif path.name == "provenance.html":
            assert content.endswith(b"</html>\n"), f"{path} is not whole"
        else:
            assert content in [state.get(path.name) for state in known], f"{path} is none of the known pages"


def records(folder):
    """Returns the names of all records by cell; each must match the digest in its name."""
    found = {}
    for path in (folder / ".marginalia" / "records").glob("*/*.json"):
        digest = path.stem.split("-")[1]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, f"{path} does not match its digest"
        found.setdefault(path.parent.name, set()).add(path.name)
    return found


def check_records(before, now, ended):
    for cell, names in before.items():
        assert names <= now.get(cell, set()), f"records lost: {names - now.get(cell, set())}"
    for cell in ended:
        assert len(now.get(cell, ())) > len(before.get(cell, ())), f"{cell} had ended, but has no record"


def left_over(folder):
    """Returns the processes whose program lies in the store."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                target = os.readlink(entry / "exe")
            except OSError:
                continue
            if target.startswith(str(folder)):
                found.append((int(entry.name), target))
    return found


class Render:
    """One kind of render: how its book is prepared, and how long it takes."""

    def __init__(self, program, folder, arguments):
        self.command = [program, "render", "--json"] + arguments
        self.folder = folder
        self.state = 0
        self.seconds = statistics.median(self.time() for _ in range(3))

    def prepare(self):
        self.state = 1 - self.state
        write_book(self.folder, self.state)

    def time(self):
        self.prepare()
        start = time.monotonic()
        subprocess.run(self.command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - start

    def kill(self, fraction):
        """Returns the cells that had ended, or None if the render ended before its moment."""
        self.prepare()
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(self.command, cwd=self.folder, stdout=said)
            time.sleep(fraction * self.seconds)
            process.send_signal(signal.SIGKILL)
            if process.wait() != -signal.SIGKILL:
                return None
            said.seek(0)
            lines = [line for line in said.read().split(b"\n")[:-1]]
        events = [json.loads(line) for line in lines]
        return [event["cell"] for event in events if event["event"] == "cell-ended"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=".build/release/marginalia")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    chance = random.Random(options.seed)
    root = pathlib.Path(tempfile.mkdtemp(prefix="marginalia-kill-"))
    try:
        calm, wild = root / "calm", root / "wild"
        known = []
        for state in range(2):
            write_book(calm, state)
            subprocess.run([program, "render", "--quiet"], cwd=calm, check=True)
            known.append(pages(calm))
        running, writing = Render(program, wild, ["--force"]), Render(program, wild, [])
        print(f"running every cell takes {running.seconds:.2f} s, writing every page {writing.seconds:.2f} s", flush=True)
        half = (options.kills + 1) // 2
        moments = [(running, (i + chance.random()) / half) for i in range(half)]
        moments += [(writing, (i + chance.random()) / (options.kills - half)) for i in range(options.kills - half)]
        chance.shuffle(moments)
        kept, missed, finished = records(wild), 0, 0
        while moments:
            render, fraction = moments.pop()
            ended = render.kill(fraction)
            time.sleep(0.05)
            check_pages(wild, known)
            now = records(wild)
            if ended is None:
                # It was quicker than measured: try a moment a little earlier.
                missed += 1
                moments.append((render, fraction * 0.95))
            else:
                check_records(kept, now, ended)
                finished += len(ended)
            kept = now
            assert not left_over(wild), f"still running: {left_over(wild)}"
        write_book(wild, 1)
        subprocess.run([program, "render", "--quiet"], cwd=wild, check=True)
        assert pages(wild) == known[1], "the report after the kills has other bytes"
        count = sum(map(len, kept.values()))
        print(
            f"{options.kills} renders killed at work, {missed} more ended before; {finished} cells had ended in them, none lost; "
            f"{count} records whole; same bytes at the end"
        )
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
