"""Training material: synthetic scenes on disk, real beverage photographs, and augmented batches of both."""

import collections
import glob
import multiprocessing
import os

import numpy as np
from PIL import Image, ImageFilter

import artwork
import compose
import packages
import people
import scenes

SIDE, PAD = compose.SIDE, compose.PAD
# This share of the drawn pictures is seen from much nearer, so that few items fill the picture.
NEARER_SHARE = 0.25
# Nobody labelled the people in the photographs; before this share of them a drawn arm reaches into the picture.
ARM_SHARE = 0.3
# Photographs that go side by side into one picture, two by two and so on, and how often.
GRIDS, GRID_SHARES = (1, 2, 3, 4), (0.6, 0.2, 0.13, 0.07)
_bank = {}


def _start(seed, count, data, held_out, near):
    _bank["near"] = near
    _bank["bank"] = packages.make_bank(seed, count, data, held_out)
    _bank["fonts"] = artwork.font_files()


def _scene(seed):
    return compose.training_picture(np.random.default_rng(seed), _bank["bank"], _bank["fonts"], _bank["near"])


def make_scenes(folder, name, count, seed, data, held_out=False, bank_size=900, processes=1, near=False):
    """Write NAME.npy (uint8 pictures), NAME.npz (boxes of all, one after the other) unless they exist already."""
    pictures, table = os.path.join(folder, name + ".npy"), os.path.join(folder, name + ".npz")
    if os.path.exists(table):
        return
    store = np.lib.format.open_memmap(pictures, "w+", np.uint8, (count, SIDE, SIDE, 3))
    boxes, inner = [], []
    with multiprocessing.Pool(processes, _start, (seed, bank_size, data, held_out, near)) as pool:
        for i, (pixels, found, size) in enumerate(pool.imap(_scene, range(seed * 1_000_000, seed * 1_000_000 + count), chunksize=8)):
            store[i] = pixels
            boxes.append(found)
            inner.append(size)
    store.flush()
    np.savez(table, boxes=np.concatenate(boxes), counts=[len(b) for b in boxes], inner=inner)


class Scenes:
    """Pictures and boxes (x0, y0, x1, y1, class) written by make_scenes."""

    def __init__(self, folder, name):
        self.pictures = np.load(os.path.join(folder, name + ".npy"), mmap_mode="r")
        table = np.load(os.path.join(folder, name + ".npz"))
        self.boxes = np.split(table["boxes"], np.cumsum(table["counts"])[:-1])
        self.inner = table["inner"]
        self.sources = list(range(len(self.boxes)))
        self.people_labelled = True
        self.with_people = [i for i, boxes in enumerate(self.boxes) if (boxes[:, 4] == scenes.PERSON).any()]

    def draw(self, rng):
        """A random index; pictures with people come up more often than they are."""
        return rng.choice(self.with_people) if self.with_people and rng.random() < 0.25 else rng.integers(len(self))

    def __len__(self):
        return len(self.boxes)

    def item(self, index):
        return np.asarray(self.pictures[index]), self.boxes[index], tuple(self.inner[index])


def source_of(path):
    """The picture a file was made from: Roboflow keeps its name before '_jpg.rf.' or '_png.rf.'."""
    return os.path.basename(path).split(".rf.")[0]


def split_sources(sources):
    """Source pictures to train / validation / test (70 / 10 / 20 %); one camera's series stays together."""
    groups = collections.defaultdict(list)
    for source in sorted(sources):
        groups[source[:5]].append(source)
    order = np.random.default_rng(7).permutation(sorted(groups))
    parts, done = {"train": [], "val": [], "test": []}, 0
    for group in order:
        share = done / len(sources)
        parts["train" if share < 0.7 else "val" if share < 0.8 else "test"] += groups[group]
        done += len(groups[group])
    return parts


class Beverages:
    """Real photographs, letterboxed to SIDE, every box a product; people in them carry no label."""

    def __init__(self, data, part, limit=None):
        files = sorted(glob.glob(os.path.join(data, "beverage", "*", "images", "*")))
        wanted = set(split_sources({source_of(f) for f in files})[part])
        files = [f for f in files if source_of(f) in wanted][:limit]
        self.sources = [source_of(f) for f in files]
        self.pictures, self.boxes, self.inner = [], [], []
        for path in files:
            image = Image.open(path).convert("RGB")
            square, boxes, inner = compose.letterbox(image, self._labels(path, image.size))
            self.pictures.append(np.asarray(square))
            self.boxes.append(boxes)
            self.inner.append(inner)
        self.people_labelled = False

    @staticmethod
    def _labels(path, size):
        table = os.path.splitext(path.replace(os.sep + "images" + os.sep, os.sep + "labels" + os.sep))[0] + ".txt"
        rows = [[float(v) for v in line.split()[1:5]] for line in open(table)]
        c = np.array(rows, np.float32).reshape(-1, 4) * np.array([*size, *size], np.float32)
        corners = [c[:, 0] - c[:, 2] / 2, c[:, 1] - c[:, 3] / 2, c[:, 0] + c[:, 2] / 2, c[:, 1] + c[:, 3] / 2]
        return np.stack(corners + [np.zeros(len(c))], 1).astype(np.float32)

    def __len__(self):
        return len(self.boxes)

    def item(self, index):
        return self.pictures[index], self.boxes[index], self.inner[index]


def place(canvas, picture, boxes, inner, scale, offset, window):
    """Resize a picture's content by scale, put it at offset, clip to window; returns the boxes that remain."""
    w, h = max(8, round(inner[0] * scale)), max(8, round(inner[1] * scale))
    content = np.asarray(Image.fromarray(picture[:inner[1], :inner[0]]).resize((w, h), Image.BILINEAR))
    x0, y0, x1, y1 = max(window[0], offset[0]), max(window[1], offset[1]), min(window[2], offset[0] + w), min(window[3], offset[1] + h)
    if x1 <= x0 or y1 <= y0:
        return np.zeros((0, 5), np.float32)
    canvas[y0:y1, x0:x1] = content[y0 - offset[1]:y1 - offset[1], x0 - offset[0]:x1 - offset[0]]
    boxes = boxes.copy()
    boxes[:, :4] = boxes[:, :4] * (w / inner[0]) + np.array([*offset, *offset])
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    boxes[:, [0, 2]] = boxes[:, [0, 2]].clip(x0, x1)
    boxes[:, [1, 3]] = boxes[:, [1, 3]].clip(y0, y1)
    sides = boxes[:, 2:4] - boxes[:, :2]
    seen = sides.prod(1) / np.maximum(area, 1)
    boxes[(seen < 0.4) | (sides.max(1) < 9), 4] = scenes.IGNORE
    return boxes[(seen > 0.08) & (sides.min(1) > 2)]


def mirror(picture, boxes, inner):
    flipped = picture.copy()
    flipped[:inner[1], :inner[0]] = picture[:inner[1], :inner[0]][:, ::-1]
    boxes = boxes.copy()
    boxes[:, [0, 2]] = inner[0] - boxes[:, [2, 0]]
    return flipped, boxes, inner


def augmented(rng, source, index, side=SIDE):
    """One picture zoomed in or out, shifted and mirrored; a photograph is first fitted to the side, a scene keeps its scale."""
    item = source.item(index)
    picture, boxes, inner = mirror(*item) if rng.random() < 0.5 else item
    canvas = np.full((side, side, 3), PAD, np.uint8)
    scale = 1.0 if rng.random() < 0.3 else float(np.exp(rng.uniform(np.log(0.6), np.log(1.5))))
    if source.people_labelled and rng.random() < NEARER_SHARE:
        scale = float(np.exp(rng.uniform(np.log(1.5), np.log(3.5))))
    if not source.people_labelled or rng.random() < 0.3:
        scale *= side / SIDE
    room = [side - s * scale for s in inner]
    offset = [0 if scale <= 1 and rng.random() < 0.5 else int(rng.uniform(min(0, r), max(0, r))) for r in room]
    return canvas, place(canvas, picture, boxes, inner, scale, offset, (0, 0, side, side))


def tiled(rng, source, grid, side=SIDE):
    """Several pictures side by side, so that objects photographed from near appear at shelf scale."""
    canvas = np.full((side, side, 3), PAD, np.uint8)
    cell, found = side // grid, []
    for row in range(grid):
        for column in range(grid):
            item = source.item(rng.integers(len(source)))
            picture, boxes, inner = mirror(*item) if rng.random() < 0.5 else item
            scale = cell / max(inner) * rng.uniform(0.9, 1.4)
            window = (column * cell, row * cell, (column + 1) * cell, (row + 1) * cell)
            offset = [int(window[i] + rng.uniform(min(0, cell - inner[i] * scale), max(0, cell - inner[i] * scale))) for i in (0, 1)]
            found.append(place(canvas, picture, boxes, inner, scale, offset, window))
    return canvas, np.concatenate(found)


def reached_into(rng, pixels, boxes):
    """The picture with a drawn arm before it: the arm's box, and products that it hides are no longer asked for."""
    side = pixels.shape[0]
    arm, _, _ = people.draw_arm(rng, (side, side), tuple(rng.uniform(0.1, 0.9, 2) * side))
    if rng.random() < 0.4:
        arm = arm.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 1.5)))
    picture = Image.fromarray(pixels).convert("RGBA")
    picture.alpha_composite(arm)
    mask = np.asarray(arm)[..., 3] > 127
    boxes = boxes.copy()
    for box in boxes:
        x0, y0, x1, y1 = (int(v) for v in box[:4])
        if mask[y0:y1 + 1, x0:x1 + 1].mean() > 1 - compose.LEAST_VISIBLE:
            box[4] = scenes.IGNORE
    ys, xs = np.nonzero(mask)
    if len(ys) > 0.002 * mask.size:
        boxes = np.concatenate([boxes, np.array([[xs.min(), ys.min(), xs.max() + 1, ys.max() + 1, scenes.PERSON]], np.float32)])
    return np.asarray(picture.convert("RGB")), boxes


def recolour(rng, pixels):
    """Cheap light and colour change of one uint8 picture."""
    gain = rng.uniform(0.75, 1.25) * rng.uniform(0.93, 1.07, 3)
    table = np.clip(np.arange(256)[:, None] * gain + rng.uniform(-20, 20), 0, 255).astype(np.uint8)
    return np.stack([table[pixels[..., c], c] for c in range(3)], -1)


def batch(rng, drawn, real, size, real_share, side=SIDE):
    """uint8 pictures (size, side, side, 3), their boxes, and whether class person is labelled in each.

    drawn: plain scenes, near views, and the share of the latter.
    """
    plain, near, near_share = drawn
    pictures, boxes, people = [], [], []
    for i in range(size):
        if real is not None and i < round(size * real_share):
            grid = rng.choice(GRIDS, p=GRID_SHARES)
            picture, found = augmented(rng, real, rng.integers(len(real)), side) if grid == 1 else tiled(rng, real, grid, side)
            if rng.random() < ARM_SHARE:
                picture, found = reached_into(rng, picture, found)
        else:
            source = near if rng.random() < near_share else plain
            picture, found = augmented(rng, source, source.draw(rng), side)
        pictures.append(recolour(rng, picture) if rng.random() < 0.8 else picture)
        boxes.append(found)
        people.append(not (real is not None and i < round(size * real_share)))
    return np.stack(pictures), boxes, people
