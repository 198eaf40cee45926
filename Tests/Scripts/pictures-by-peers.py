#!/usr/bin/env python3
"""Does marginalia read the same pixels as Pillow and OpenCV?

Makes PngSuite-like PNG files (every colour type, bit depth and interlacing; gamma, colour profiles, transparency, odd and
broken chunks), JPEG files (grey, colour at several samplings, progressive, CMYK, YCCK, Exif orientation, odd markers) and
PGM and PPM files, and compares SHA-256 sums of the 8-bit RGB pixels.

    python3 -m venv venv && venv/bin/pip install pillow opencv-python-headless numpy
    venv/bin/python Tests/Scripts/pictures-by-peers.py .build/release/marginalia

Prints a line for each file that differs or that one of the three refuses, then counts. Exit status 1 where marginalia's
pixels differ from Pillow's, or marginalia refuses a whole file, or reads a damaged one.
"""
import hashlib
import io
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

import cv2
import numpy as np
from PIL import Image, ImageFile

ImageFile.LOAD_TRUNCATED_IMAGES = False
WIDTH, HEIGHT = 37, 29
rng = np.random.default_rng(7)


def chunk(kind, content, wrong=0):
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", (zlib.crc32(body) ^ wrong) & 0xFFFFFFFF)


def samples(channels, depth, height=HEIGHT, width=WIDTH):
    rows, columns = np.mgrid[0:height, 0:width]
    planes = [(rows * (3 + c) + columns * (7 - c)) * 257 % (1 << depth) for c in range(channels)]
    return np.stack(planes, axis=-1).astype(np.uint32)


def pack(values, depth):
    lines = []
    for row in values.reshape(values.shape[0], -1):
        if depth == 16:
            line = row.astype(">u2").tobytes()
        elif depth == 8:
            line = row.astype(np.uint8).tobytes()
        else:
            bits = ((row[:, None] >> np.arange(depth - 1, -1, -1)) & 1).reshape(-1).astype(np.uint8)
            line = np.packbits(bits).tobytes()
        lines.append(b"\0" + line)
    return b"".join(lines)


def png(kind, depth, interlaced=False, before=b"", after=b"", stream=None):
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    values = samples(channels, depth)
    if interlaced:
        passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
        raw = b"".join(pack(values[r::dr, c::dc], depth) for r, c, dr, dc in passes if values[r::dr, c::dc].size)
    else:
        raw = pack(values, depth)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, kind, 0, 0, int(interlaced))
    if kind == 3:
        before += chunk(b"PLTE", rng.integers(0, 256, 3 << depth, dtype=np.uint8).tobytes())
    data = stream if stream is not None else zlib.compress(raw)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + chunk(b"IDAT", data) + after + chunk(b"IEND", b""))


def make(folder):
    """Writes the files and returns two sets of names: whole, damaged."""
    whole, damaged = {}, {}
    depths = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
    for kind, each in depths.items():
        for depth in each:
            for interlaced in (False, True):
                whole[f"png-{kind}-{depth}{'-i' if interlaced else ''}.png"] = png(kind, depth, interlaced)
    for gamma in (1, 45455, 55556, 100000, 220000):
        whole[f"png-gama-{gamma}.png"] = png(2, 8, before=chunk(b"gAMA", struct.pack(">I", gamma)))
    odd = {
        "srgb": chunk(b"sRGB", b"\2"), "chrm": chunk(b"cHRM", b"\0" * 32), "sbit": chunk(b"sBIT", b"\x09\0\0"),
        "time": chunk(b"tIME", b"\x07\xe6\x0d\x28\x1e\x46\x46"), "trns": chunk(b"tRNS", b"\0\1\0\2\0\3"),
        "iccp": chunk(b"iCCP", b"icc\0\0" + zlib.compress(b"no profile")), "phys": chunk(b"pHYs", b"\0" * 9),
        "unknown": chunk(b"prVt", b"x"),
    }
    for name, chunks in odd.items():
        whole[f"png-odd-{name}.png"] = png(2, 8, before=chunks)
    whole["png-trailing.png"] = png(2, 8) + b"trailing bytes"
    whole["png-extra-idat.png"] = png(2, 8, after=chunk(b"IDAT", b"\1\2\3"))
    good = png(2, 8)
    for cut in (40, len(good) // 2, len(good) - 20):
        damaged[f"png-cut-{cut}.png"] = good[:cut]
    damaged["png-short.png"] = png(2, 8, stream=zlib.compress(pack(samples(3, 8)[:-1], 8)))
    stream = bytearray(zlib.compress(pack(samples(3, 8), 8)))
    stream[len(stream) // 2] ^= 0x55
    damaged["png-stream.png"] = png(2, 8, stream=bytes(stream))
    broken = bytearray(good)
    broken[good.index(b"IDAT") + 30] ^= 1
    damaged["png-checksum.png"] = bytes(broken)

    colour = Image.fromarray(samples(3, 8).astype(np.uint8))
    jpegs = {"grey": colour.convert("L"), "colour": colour, "cmyk": colour.convert("CMYK")}
    for name, image in jpegs.items():
        for options in ({}, {"progressive": True}, {"subsampling": 0}, {"subsampling": 1}, {"quality": 30}):
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", **options)
            label = "-".join(f"{k}{v}" for k, v in options.items()) or "plain"
            whole[f"jpeg-{name}-{label}.jpg"] = buffer.getvalue()
    cmyk = bytearray(whole["jpeg-cmyk-plain.jpg"])
    cmyk[cmyk.index(b"Adobe") + 11] = 2
    whole["jpeg-ycck.jpg"] = bytes(cmyk)
    base = whole["jpeg-colour-plain.jpg"]
    scan = base.index(b"\xff\xda")
    whole["jpeg-extraneous.jpg"] = base[:-2] + b"\x07" * 300 + base[-2:]
    whole["jpeg-between.jpg"] = base[:scan] + b"\1\2" + base[scan:]
    version = bytearray(base)
    version[11] = 2
    whole["jpeg-version.jpg"] = bytes(version)
    sequence = bytearray(base)
    sequence[scan + 12] = 0
    whole["jpeg-sos.jpg"] = bytes(sequence)
    whole["jpeg-trailing.jpg"] = base + b"trailing bytes"
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        for kind, ending in (("JPEG", "jpg"), ("PNG", "png")):
            buffer = io.BytesIO()
            colour.save(buffer, kind, exif=exif)
            whole[f"exif-{orientation}.{ending}"] = buffer.getvalue()
    for cut in (20, len(base) // 2, len(base) - 30):
        damaged[f"jpeg-cut-{cut}.jpg"] = base[:cut]

    grey = samples(1, 8).astype(np.uint8)
    head = f"{WIDTH} {HEIGHT}\n255\n".encode()
    whole["pgm-raw.pgm"] = b"P5\n" + head + grey.tobytes()
    whole["pgm-comment.pgm"] = b"P5\n# made by hand\n" + head + grey.tobytes()
    whole["pgm-newline.pgm"] = b"P5\n" + head + grey.tobytes() + b"\n"
    whole["ppm-raw.ppm"] = b"P6\n" + head + samples(3, 8).astype(np.uint8).tobytes()
    whole["pgm-plain.pgm"] = b"P2\n" + head + " ".join(map(str, grey.reshape(-1))).encode() + b"\n"
    damaged["pgm-cut.pgm"] = whole["pgm-raw.pgm"][:-9]
    for name, content in {**whole, **damaged}.items():
        (folder / name).write_bytes(content)
    return sorted(whole), sorted(damaged)


def digest(pixels):
    return hashlib.sha256(np.ascontiguousarray(pixels, dtype=np.uint8).tobytes()).hexdigest()


def pillow(path, upright):
    from PIL import ImageOps
    try:
        with Image.open(path) as image:
            image.load()
            image = ImageOps.exif_transpose(image) if upright else image
            # Pillow keeps 16-bit grey as integers, whose high byte is the pixel.
            if image.mode.startswith("I"):
                pixels = (np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8)
                return digest(np.repeat(pixels[..., None], 3, axis=-1))
            return digest(np.asarray(image.convert("RGB")))
    except Exception:
        return None


def opencv(path, upright):
    flags = cv2.IMREAD_COLOR if upright else cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    pixels = cv2.imread(str(path), flags)
    return None if pixels is None else digest(pixels[..., ::-1])


def ours(program, paths, upright):
    command = [program, "data", "pixels"] + (["--upright"] if upright else []) + [str(path) for path in paths]
    result = subprocess.run(command, capture_output=True, text=True)
    return {line.split("  ", 1)[1]: line.split("  ", 1)[0] for line in result.stdout.splitlines() if "  " in line}


def main():
    program = sys.argv[1]
    failures, counts = 0, {"Pillow": [0, 0], "OpenCV": [0, 0]}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        whole, damaged = make(folder)
        for upright in (False, True):
            found = ours(program, [folder / file for file in whole + damaged], upright)
            for file in whole:
                path = folder / file
                mine, theirs, other = found.get(str(path)), pillow(path, upright), opencv(path, upright)
                for peer, value in (("Pillow", theirs), ("OpenCV", other)):
                    if value is not None:
                        counts[peer][0] += mine == value
                        counts[peer][1] += 1
                if mine is None or (theirs is not None and mine != theirs):
                    failures += 1
                if not mine == theirs == other:
                    say = [n for n, v in (("Pillow", theirs), ("OpenCV", other)) if v is None]
                    differ = [n for n, v in (("Pillow", theirs), ("OpenCV", other)) if v is not None and v != mine]
                    text = "" if mine else " marginalia refuses it;"
                    text += f" {', '.join(differ)} differ;" if differ else ""
                    text += f" {', '.join(say)} refuse it;" if say else ""
                    print(f"{file}{' upright' if upright else ''}:{text}")
            for file in damaged:
                path = folder / file
                if str(path) in found:
                    failures += 1
                    print(f"{file}: is damaged, and marginalia reads it")
    for peer, (equal, total) in counts.items():
        print(f"{equal} of {total} whole files that {peer} reads have the same pixels")
    print(f"{len(damaged)} damaged files refused" if not failures else f"{failures} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
