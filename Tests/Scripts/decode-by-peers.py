#!/usr/bin/env python3
"""Measures how many JPEG files a second Pillow and OpenCV decode and shrink to 112 pixels, on one and two threads.

Compare with `marginalia-bench faces --folder FOLDER`. For example

    pip install pillow opencv-python-headless numpy
    marginalia data make training --size 250 --count 100 --output faces
    python3 Tests/Scripts/decode-by-peers.py faces

Prints a JSON line for each: the median of five passes, after one that warms up the caches.
"""
import concurrent.futures
import json
import pathlib
import statistics
import sys
import time

import cv2
import numpy as np
from PIL import Image

paths = sorted(str(path) for path in pathlib.Path(sys.argv[1]).rglob("*.jpg"))
cv2.setNumThreads(1)


def pillow(path):
    return np.asarray(Image.open(path).convert("RGB").resize((112, 112), Image.Resampling.BILINEAR))


def opencv(path):
    return cv2.resize(cv2.imread(path), (112, 112), interpolation=cv2.INTER_AREA)


for name, decode in (("pillow", pillow), ("opencv", opencv)):
    for threads in (1, 2):
        seconds = []
        with concurrent.futures.ThreadPoolExecutor(threads) as pool:
            for _ in range(6):
                start = time.perf_counter()
                for _ in pool.map(decode, paths, chunksize=16):
                    pass
                seconds.append(time.perf_counter() - start)
        rate = len(paths) / statistics.median(seconds[1:])
        print(json.dumps({"peer": name, "threads": threads, "images": len(paths), "imagesPerSecond": round(rate, 1)}))
