#!/usr/bin/env python3
"""Fills the disk during `marginalia render` and checks that the earlier report stays complete.

    sudo Tests/Scripts/fill.py [--program .build/release/marginalia] [--short]

Output and store lie in turn on a small tmpfs. Mounting one needs root: without the right to mount, the script says so and exits
with status 77. A render without enough space must exit with status 3 and name the path. All pages are then byte for byte
those of the earlier report, no partly written file lies beside them, and no record is damaged. Only where the report itself was
written, and its entry in the store's history lacked room, are all pages those of the new one. Once there is space again, the
next render gives the same bytes as one that never lacked any.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from kill import pages, records, write_book

NO_ROOM = "the disk is full"


def mount(folder, size):
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True, capture_output=True)


def resize(folder, size):
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True, capture_output=True)


def render(program, folder):
    answer = subprocess.run([program, "render"], cwd=folder, capture_output=True, text=True)
    return answer.returncode, answer.stderr


def check(folder, known, status, errors, place):
    assert status == 3, f"status {status}: {errors}"
    said = [line for line in errors.splitlines() if NO_ROOM in line]
    assert any(line.startswith("error: ") and str(folder / place) in line for line in said), f"no path: {errors}"
    is_new = place == ".marginalia" and any("/history/" in line for line in said)
    assert pages(folder) == known[is_new], f"the {'new' if is_new else 'earlier'} report is not whole: {errors}"
    records(folder)


def fill_output(program, folder, known):
    """Space for the first report, but not for a longer one beside it."""
    output = folder / "output"
    write_book(folder, 0)
    mount(output, "64m")
    try:
        assert render(program, folder)[0] == 0
        used = sum(path.stat().st_blocks * 512 for path in output.iterdir())
        for spare in [0, 4096, 65536]:
            resize(output, used + spare + 4096)
            write_book(folder, 1)
            check(folder, known, *render(program, folder), "output")
        resize(output, "64m")
        assert render(program, folder)[0] == 0
        assert pages(folder) == known[1], "other bytes with room again"
    finally:
        subprocess.run(["umount", "-l", str(output)], check=True)
        output.rmdir()
    print("output without room: the path is named, the earlier report is whole, and so is the next with room again")


def fill_store(program, folder, known, spares):
    """Too little room for compiled chapters, records or notes: the free KiB are those of `spares`."""
    store = folder / ".marginalia"
    shutil.rmtree(store)
    write_book(folder, 0)
    mount(store, "1g")
    short, enough = 0, 0
    try:
        assert render(program, folder)[0] == 0
        for spare in spares:
            write_book(folder, 0)
            assert render(program, folder)[0] == 0 and pages(folder) == known[0]
            shutil.rmtree(store / "records")
            write_book(folder, 1)
            free = os.statvfs(store)
            filler = store / "filler"
            filler.write_bytes(b"\0" * (free.f_bavail * free.f_frsize - spare * 1024))
            status, errors = render(program, folder)
            if status == 0:
                enough += 1
            else:
                short += 1
                check(folder, known, status, errors, ".marginalia")
            filler.unlink()
            assert render(program, folder)[0] == 0
            assert pages(folder) == known[1], f"other bytes with room again after {spare} KiB"
    finally:
        subprocess.run(["umount", "-l", str(store)], check=True)
    assert short >= 3, "the store never lacked room"
    print(f"store without room: {short} renders named the path and left the report whole, {enough} had room enough")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=".build/release/marginalia")
    parser.add_argument("--short", action="store_true", help="four amounts of free space instead of thirteen")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    spares = [0, 16, 64, 256] if options.short else [0] + [8 << step for step in range(12)]
    root = pathlib.Path(tempfile.mkdtemp(prefix="marginalia-fill-"))
    try:
        try:
            mount(root / "try", "1m")
            subprocess.run(["umount", str(root / "try")], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"nothing was checked: a file system in memory may not be mounted here ({error})")
            return 77
        calm, full = root / "calm", root / "full"
        known = []
        for state in range(2):
            write_book(calm, state)
            assert render(program, calm)[0] == 0
            known.append(pages(calm))
        full.mkdir()
        fill_output(program, full, known)
        fill_store(program, full, known, spares)
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
