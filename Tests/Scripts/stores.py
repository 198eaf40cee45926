"""What a store must be after a kill, for the trials that kill: every file under a name of its own is whole, and none is lost."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import time

MODEL, CHECKPOINT, RUN = r"[0-9a-f]{64}\.safetensors", r"[0-9a-f]{64}\.checkpoint(\.previous)?", r"[0-9a-f]{64}-\d+-[0-9a-f]+\.run"
OTHERS = rf"{CHECKPOINT}|{RUN}|[0-9a-f]{{64}}\.embeddings"
COUNTS = r"[0-9a-f]{64}\.counts"

# Between two checkpoints of `marginalia train` lie thirty seconds, in which a book of a trial is trained several times.
CLOCK = """
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The clock that Swift measures durations by runs a thousand times as fast; those of MPI and the kernel stay. */
int clock_gettime(clockid_t clock, struct timespec *time) {
  long code = syscall(SYS_clock_gettime, clock, time);
  if (code != 0 || clock != CLOCK_BOOTTIME) return (int)code;
  long long nanoseconds = time->tv_nsec * 1000LL;
  time->tv_sec = time->tv_sec * 1000 + nanoseconds / 1000000000;
  time->tv_nsec = nanoseconds % 1000000000;
  return 0;
}
"""


def fast_clock(folder):
    """Returns a library for LD_PRELOAD, with which a checkpoint is written each 30 ms."""
    source, library = folder / "clock.c", folder / "clock.so"
    source.write_text(CLOCK)
    compiler = shutil.which("cc") or "clang"
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    return str(library)


def metadata(path):
    """Reads a file of tensors, and compares its content with the digest that it names; None if it is gone by now."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        (length,) = struct.unpack("<Q", data[:8])
        tensors = json.loads(data[8 : 8 + length])
        texts = tensors.pop("__metadata__")
        said = texts.pop("digest")
        elements = data[8 + length :]
        hasher = hashlib.sha256()

        def field(text):
            hasher.update(b"%d:" % len(text.encode()) + text.encode())

        for key, text in sorted(texts.items()):
            field(key)
            field(text)
        for name, tensor in sorted(tensors.items()):
            begin, end = tensor["data_offsets"]
            # Embeddings are alone in their file, without a format; their digest leaves their name out.
            field(f"{name} {tensor['shape']}" if texts else str(tensor["shape"]))
            hasher.update(elements[begin:end])
        assert len(elements) == max(tensor["data_offsets"][1] for tensor in tensors.values()), "its length is another"
        assert hasher.hexdigest() == said, "its digest is another"
    except Exception as error:
        raise AssertionError(f"{path} is not whole: {type(error).__name__}: {error}") from error
    return texts


class Kept:
    """What the store of a book held when it was last looked at, while nothing or anything was written into it."""

    def __init__(self, folder, models):
        self.folder = folder / ".marginalia/checkpoints"
        # The bytes of the models of a run without interruption.
        self.wanted = models
        self.models, self.steps = set(), {}
        # How many looks found checkpoints, and the temporary files that they found.
        self.with_checkpoint, self.unfinished = 0, set()

    def look(self):
        """Checks that all is whole and nothing is lost, and returns the number of models."""
        # A training writes its model before it removes its checkpoint. So where a checkpoint has gone, there must be a model.
        steps = {}
        for path in self.folder.glob("*.checkpoint"):
            if (texts := metadata(path)) is not None:
                steps[path.stem] = int(texts["step"])
        models = {path.name: path.read_bytes() for path in self.folder.glob("*.safetensors")}
        wrong = [name for name in models if models[name] != self.wanted.get(name)]
        assert not wrong, f"not the bytes of a run without interruption: {wrong}"
        assert self.models <= set(models), f"lost models: {self.models - set(models)}"
        for key, step in self.steps.items():
            done = f"{key}.safetensors" in models
            assert done or steps.get(key, -1) >= step, f"{key} was at step {step}, and is at {steps.get(key, 'none')}"
        for path in self.folder.iterdir():
            if re.fullmatch(rf"({MODEL}|{OTHERS}|{COUNTS}|plan-.*)\.\d+\.\d+\.new", path.name):
                self.unfinished.add(path.name)
            elif re.fullmatch(OTHERS, path.name):
                metadata(path)
            elif re.fullmatch(COUNTS, path.name):
                data = path.read_bytes()
                assert hashlib.sha256(data[65:]).hexdigest().encode() == data[:64], f"{path} is not whole"
            else:
                assert re.fullmatch(rf"{MODEL}|locks|sets|plan-.*", path.name), f"an unknown file: {path}"
        for path in self.folder.glob("sets/*.json"):
            json.loads(path.read_bytes())
        self.models, self.steps = set(models), steps
        self.with_checkpoint += bool(steps)
        return len(models)

    def forget(self):
        """The store begins anew."""
        self.models, self.steps = set(), {}


def processes(word):
    """Returns the ids of the living processes that have a word among their arguments, with the parent of each."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if word.encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                    found[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def await_end(word, seconds):
    """Waits until no process has a word among its arguments, and returns the seconds."""
    began = time.monotonic()
    while left := processes(word):
        assert time.monotonic() - began < seconds, f"still running after {seconds} s: {left}"
        time.sleep(0.02)
    return time.monotonic() - began
