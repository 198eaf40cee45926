#!/usr/bin/env python3
"""Measures whether dlib, which was trained on photographs, finds and recognises the generated faces.

Runs dlib's frontal face detector and its face embedder on a folder with one folder for each person, for example

    pip install dlib-bin face-recognition-models numpy pillow 'setuptools<80'
    marginalia data make training --portrait --png --size 150 --count 200 --output faces
    python3 Tests/Scripts/faces-by-dlib.py faces --images 3

(face-recognition-models asks for pkg_resources, which newer versions of setuptools no longer have.)

Prints the share of images in which a face is found, and the area under the ROC curve of all pairs of images.
Exits with 1 if fewer than 90 % are found or the area is below 0.9.
"""
import argparse
import pathlib
import sys

import dlib
import face_recognition_models as models
import numpy as np
from PIL import Image

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--images", type=int, default=3, help="images used of each person")
parser.add_argument("--people", type=int, default=200)
arguments = parser.parse_args()

detect = dlib.get_frontal_face_detector()
landmarks = dlib.shape_predictor(models.pose_predictor_five_point_model_location())
embed = dlib.face_recognition_model_v1(models.face_recognition_model_location())

features, people, found = [], [], 0
folders = sorted(folder for folder in arguments.folder.iterdir() if folder.is_dir())[: arguments.people]
for person, folder in enumerate(folders):
    for path in sorted(folder.iterdir())[: arguments.images]:
        picture = np.asarray(Image.open(path).convert("RGB"))
        boxes = detect(picture, 0)
        found += len(boxes) > 0
        height, width = picture.shape[:2]
        usual = dlib.rectangle(int(0.2 * width), int(0.22 * height), int(0.8 * width), int(0.82 * height))
        box = max(boxes, key=lambda box: box.area(), default=usual)
        features.append(np.array(embed.compute_face_descriptor(picture, landmarks(picture, box))))
        people.append(person)

features, people = np.array(features), np.array(people)
squares = (features**2).sum(1)
first, second = np.triu_indices(len(features), 1)
distances = (squares[:, None] + squares[None] - 2 * features @ features.T)[first, second]
same = people[first] == people[second]
order = np.empty(len(distances))
order[np.argsort(distances, kind="stable")] = np.arange(len(distances))
genuine, impostors = same.sum(), (~same).sum()
area = 1 - (order[same].sum() - genuine * (genuine - 1) / 2) / (genuine * impostors)
rate = found / len(features)
print(f"{len(features)} images of {len(folders)} people: found {rate:.4f}, area under the ROC curve {area:.4f}")
sys.exit(0 if rate >= 0.9 and area >= 0.9 else 1)
