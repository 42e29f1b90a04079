"""Training material of the embedder: photographs, catalogue pictures and drawn packages pasted before a blurred shop."""

import os

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageFilter

import effects
import packages

STORED = 176
HELD_OUT = 4, 1  # class number modulo 4 is 1: 20 of 81 classes, 8 of them cartons


def is_held_out(number):
    return number % HELD_OUT[0] == HELD_OUT[1]


class Photographs:
    """Pictures (uint8, 176 px squares) and class numbers of one or more of the data set's lists."""

    def __init__(self, data, lists, wanted):
        root = os.path.join(data, "grocery-store")
        self.pictures, self.classes, self.paths = [], [], []
        for name in lists:
            for line in open(os.path.join(root, name)):
                path, fine, _ = (part.strip() for part in line.split(","))
                if wanted(int(fine)):
                    self.paths.append(path)
                    self.classes.append(int(fine))
                    self.pictures.append(square(Image.open(os.path.join(root, path))))
        self.pictures, self.classes = np.stack(self.pictures), np.array(self.classes)


def square(image):
    return np.asarray(image.convert("RGB").resize((STORED, STORED), Image.BILINEAR))


def catalogue(data):
    """Class number -> catalogue picture cut out of its white ground."""
    root = os.path.join(data, "grocery-store")
    found = {}
    for line in open(os.path.join(root, "classes.csv")).read().splitlines()[1:]:
        if line.strip():
            _, number, _, _, path, _ = line.split(",")
            found[int(number)] = packages.cut_out(root + path, "/Packages/" in path), "/Packages/" in path
    return found


def on_plain(cut_out):
    """A catalogue picture as a master-data system holds it: on white, filling the square."""
    side = int(max(cut_out.size) * 1.06)
    ground = Image.new("RGB", (side, side), (255, 255, 255))
    ground.paste(cut_out, ((side - cut_out.width) // 2, (side - cut_out.height) // 2), cut_out)
    return square(ground)


def paste(rng, cut_out, grounds):
    """A package before a shop or a plain ground: hand-held and tilted, or as a tight crop of a shelf facing."""
    tight = rng.random() < 0.35
    if rng.random() < (0.4 if tight else 0.15):
        ground = Image.new("RGB", (STORED, STORED), tuple(int(v) for v in rng.integers(30, 240, 3)))
    else:
        ground = Image.fromarray(grounds[rng.integers(len(grounds))]).filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 4)))
    pack = cut_out.resize((max(8, int(cut_out.width * rng.uniform(0.85, 1.15))), cut_out.height), Image.BILINEAR)
    pack = skew(rng, pack)
    pack = pack.rotate(rng.uniform(-6, 6) if tight else rng.uniform(-35, 35), expand=True, resample=Image.BILINEAR)
    scale = STORED * (rng.uniform(0.85, 1.1) if tight else rng.uniform(0.5, 0.95)) / max(pack.size)
    pack = pack.resize((max(6, int(pack.width * scale)), max(6, int(pack.height * scale))), Image.BILINEAR)
    free = STORED - pack.width, STORED - pack.height
    x, y = (int(f / 2 + rng.uniform(-0.5, 0.5) * abs(f)) for f in free)
    ground.paste(pack, (x, y), pack)
    if tight and rng.random() < 0.6:  # a facing's crop is stretched to the square
        left, right = max(0, x - int(rng.uniform(0, 14))), min(STORED, x + pack.width + int(rng.uniform(0, 14)))
        ground = ground.crop((left, 0, max(right, left + 16), STORED)).resize((STORED, STORED), Image.BILINEAR)
    if rng.random() < 0.3:
        small = int(rng.uniform(36, 120))
        ground = ground.resize((small, small), Image.BILINEAR).resize((STORED, STORED), Image.BILINEAR)
    return np.asarray(effects.camera(rng, ground))


def skew(rng, pack):
    """Seen a little from the side or from above."""
    w, h = pack.size
    dx, dy = rng.uniform(-0.1, 0.1, 4) * w, rng.uniform(-0.06, 0.06, 4) * h
    corners = (dx[0], dy[0], dx[1], h + dy[1], w + dx[2], h + dy[2], w + dx[3], dy[3])
    return pack.transform((w, h), Image.QUAD, corners, Image.BILINEAR)


def augment(rng, batch, side):
    """uint8 (B, 176, 176, 3) to float (B, 3, side, side): crop, turn, mirror, light, erased patch."""
    x = torch.from_numpy(batch).permute(0, 3, 1, 2).float().div_(255)
    n = len(x)
    uniform = lambda low, high: torch.from_numpy(rng.uniform(low, high, n).astype(np.float32))
    zoom, aspect, angle = uniform(0.3, 1.0).sqrt(), uniform(-0.25, 0.25).exp(), uniform(-0.35, 0.35)
    mirror = torch.where(uniform(0, 1) < 0.3, -1.0, 1.0)
    free = 1 - zoom
    theta = torch.stack([
        torch.stack([angle.cos() * zoom * aspect * mirror, -angle.sin() * zoom, free * uniform(-1, 1)], 1),
        torch.stack([angle.sin() * zoom * mirror, angle.cos() * zoom / aspect, free * uniform(-1, 1)], 1),
    ], 1)
    x = F.grid_sample(x, F.affine_grid(theta, (n, 3, side, side), align_corners=False), padding_mode="reflection", align_corners=False)
    column = lambda values: values[:, None, None, None]
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * column(uniform(0.6, 1.4))
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (x - mean) * column(uniform(0.7, 1.35))
    cast = torch.from_numpy(rng.uniform(0.88, 1.12, (n, 3, 1, 1)).astype(np.float32))
    x = (x * column(uniform(0.7, 1.3)) * cast).clamp_(0, 1)
    for i in np.nonzero(rng.random(n) < 0.3)[0]:
        w, h = rng.integers(side // 8, side // 2, 2)
        left, top = rng.integers(0, side - w), rng.integers(0, side - h)
        x[i, :, top:top + h, left:left + w] = torch.from_numpy(rng.random((3, 1, 1)).astype(np.float32))
    return x
