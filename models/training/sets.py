#!/usr/bin/env python3
"""The named sets on which the card's figures are read, in forms that `tallygate models` reads.

    python3 models/training/sets.py --data DIR --out SETS

SETS/hands             real hands before real shelves: outlines drawn by us, `hands.json` says on which pictures; COCO
SETS/photographs-val   Beverage3, split by source picture: for choosing; YOLO
SETS/photographs-test  Beverage3, split by source picture: looked at once; YOLO
SETS/shelves-test      those of the latter with at least four labelled products: shelves rather than one item from near

The hands' pictures were drawn at random from the packages of the Grocery Store Dataset's `val` list, which training never uses.
"""

import argparse
import glob
import json
import os
import shutil

from PIL import Image

import dataset

# Outlines were drawn on pictures of this side; corners x, y, x, y ... Sleeves belong to the person.
DRAWN = 490
CROWDED = 4
TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hands.json")


def outlines(index, entry, scale):
    for corners in ([v * scale for v in outline] for outline in entry["person"]):
        xs, ys = corners[::2], corners[1::2]
        box = [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]
        yield {"image_id": index, "category_id": 1, "bbox": box, "segmentation": [corners]}


def write_hands(data, folder):
    os.makedirs(os.path.join(folder, "images"), exist_ok=True)
    images, found = [], []
    for index, entry in enumerate(json.load(open(TABLE))):
        path = os.path.join(data, "grocery-store", entry["picture"])
        shutil.copy(path, os.path.join(folder, "images"))
        width, height = Image.open(path).size
        images.append({"id": index, "file_name": os.path.basename(path), "width": width, "height": height})
        found += outlines(index, entry, max(width, height) / DRAWN)
    numbered = [{"id": number, **one} for number, one in enumerate(found)]
    with open(os.path.join(folder, "hands.json"), "w") as file:
        json.dump({"images": images, "annotations": numbered, "categories": [{"id": 1, "name": "person"}]}, file)


def write_photographs(data, part, folder, least=0):
    files = sorted(glob.glob(os.path.join(data, "beverage", "*", "images", "*")))
    wanted = set(dataset.split_sources({dataset.source_of(f) for f in files})[part])
    for name in ("images", "labels"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    with open(os.path.join(folder, "data.yaml"), "w") as file:
        file.write("names: [product]\n")
    for path in (f for f in files if dataset.source_of(f) in wanted):
        stem = os.path.splitext(os.path.basename(path))[0]
        table = os.path.join(os.path.dirname(os.path.dirname(path)), "labels", stem + ".txt")
        rows = [line.split() for line in open(table) if line.strip()]
        if len(rows) < least:
            continue
        shutil.copy(path, os.path.join(folder, "images"))
        with open(os.path.join(folder, "labels", stem + ".txt"), "w") as file:
            file.writelines(" ".join(["0", *row[1:]]) + "\n" for row in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder that holds grocery-store/ and beverage/")
    parser.add_argument("--out", required=True)
    chosen = parser.parse_args()
    write_hands(chosen.data, os.path.join(chosen.out, "hands"))
    write_photographs(chosen.data, "val", os.path.join(chosen.out, "photographs-val"))
    write_photographs(chosen.data, "test", os.path.join(chosen.out, "photographs-test"))
    write_photographs(chosen.data, "test", os.path.join(chosen.out, "shelves-test"), CROWDED)


if __name__ == "__main__":
    main()
