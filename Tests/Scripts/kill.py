#!/usr/bin/env python3
"""Kills `marginalia render` with SIGKILL at random moments and checks that nothing finished is lost.

    Tests/Scripts/kill.py [--program .build/release/marginalia] [--kills 100] [--seed 1]

After each kill: every page there is whole, no process of the render is left, and no record that was there
before is gone. At the end the report has the same bytes as one rendered without a kill.
"""
import argparse
import hashlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time


def chapter(number, cells):
    text = f"# Chapter {number}\n\n"
    for cell in range(cells):
        name = f"c{number}-{cell}"
        text += (
            f"The value is [?](finding:{name}.value).\n\n```swift id={name}\n"
            f"usleep(30_000)\nprint(\"cell {cell}\")\n"
            f'record("value", {number * 100 + cell})\n```\n\n'
        )
    return text.replace(
        f"```swift id=c{number}-0\n", f"```swift id=c{number}-0\nimport Glibc\n"
    )


def make_book(folder):
    chapters = folder / "Chapters"
    chapters.mkdir(parents=True)
    (chapters / "book.yml").write_text("title: A book that is killed\n")
    for number in range(1, 5):
        (chapters / f"0{number}-part-{number}.md").write_text(chapter(number, 4))


def pages(folder):
    """Every page but those that hold dates."""
    found = {}
    for path in sorted((folder / "output").glob("*")):
        if path.suffix == ".new" or ".new" in path.name:
            continue
        if not path.name.startswith("provenance"):
            found[path.name] = path.read_bytes()
    return found


def check_whole(folder):
    for path in (folder / "output").glob("*.html"):
        if ".new" not in path.name:
            assert path.read_bytes().rstrip().endswith(b"</html>"), f"{path} is not whole"


def records(folder):
    found = set()
    for path in (folder / ".marginalia" / "records").glob("*/*.json"):
        digest = path.name[:-5].split("-")[1]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, f"{path} does not match its digest"
        found.add(path.name)
    return found


def left_over(folder):
    """Processes whose program lies in the store."""
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
        make_book(calm)
        make_book(wild)
        start = time.monotonic()
        subprocess.run([program, "render", "--quiet"], cwd=calm, check=True)
        duration = time.monotonic() - start
        kept, hits = set(), 0
        for number in range(options.kills):
            if number % 10 == 9:
                # Now and then everything is stale again.
                path = wild / "Chapters" / "01-part-1.md"
                path.write_text(path.read_text().replace('print("cell', f'print("again {number} cell'))
            process = subprocess.Popen([program, "render", "--quiet", "--force"], cwd=wild)
            time.sleep(chance.uniform(0, duration * 1.1))
            hits += process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.wait()
            time.sleep(0.05)
            check_whole(wild)
            now = records(wild)
            assert kept <= now, f"records lost: {kept - now}"
            kept = now
            assert not left_over(wild), f"still running: {left_over(wild)}"
        make_again = wild / "Chapters" / "01-part-1.md"
        make_again.write_text(chapter(1, 4))
        subprocess.run([program, "render", "--quiet"], cwd=wild, check=True)
        assert pages(wild) == pages(calm), "the report after the kills has other bytes"
        leftovers = list((wild / "output").glob("*.new*"))
        assert not leftovers, f"left behind: {leftovers}"
        print(f"{options.kills} kills, {hits} while it ran; {len(kept)} records whole; same bytes at the end")
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
