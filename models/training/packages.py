"""A bank of drawn packages and of catalogue cut-outs, as RGBA pictures about 170 pixels tall."""

import glob
import os

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

import artwork

# kind: (least width / height, most width / height)
KINDS = {
    "box": (0.45, 1.5), "carton": (0.36, 0.6), "can": (0.42, 0.75), "slimcan": (0.32, 0.42), "bottle": (0.24, 0.42),
    "jar": (0.55, 1.0), "bag": (0.55, 1.1), "tub": (0.7, 1.7), "tube": (0.25, 0.4), "pouch": (0.5, 0.8), "multipack": (0.8, 1.8),
}
ROUND = {"can", "slimcan", "bottle", "jar", "tub", "tube"}


def outline(rng, kind, w, h):
    """Mask (L) of the package's silhouette and the y where the printed label may start and end."""
    mask = Image.new("L", (w, h), 0)
    d = ImageDraw.Draw(mask)
    top, bottom = 0.0, 1.0
    if kind in ("box", "multipack"):
        d.rounded_rectangle([0, 0, w - 1, h - 1], radius=int(rng.choice([0, 0, 3, 8])), fill=255)
    elif kind == "carton":
        roof = rng.uniform(0.1, 0.24) * h if rng.random() < 0.6 else 0
        inset = rng.uniform(0, 0.22) * w
        d.polygon([(inset, 0), (w - 1 - inset, 0), (w - 1, roof), (w - 1, h - 1), (0, h - 1), (0, roof)], fill=255)
        top = roof / h
    elif kind in ("can", "slimcan"):
        rim, inset = 0.05 * h, 0.06 * w
        right = [(w - 1 - inset, 0), (w - 1, rim), (w - 1, h - 1 - rim), (w - 1 - inset, h - 1)]
        d.polygon(right + [(inset, h - 1), (0, h - 1 - rim), (0, rim), (inset, 0)], fill=255)
        top, bottom = 0.06, 0.95
    elif kind == "bottle":
        shoulder, neck = rng.uniform(0.22, 0.45) * h, rng.uniform(0.13, 0.24) * w
        cap = rng.uniform(0.06, 0.1) * h
        slope = rng.uniform(0.3, 0.95)
        right = [(w / 2 + neck, cap), (w / 2 + neck * 1.2, shoulder * slope), (w - 1, shoulder), (w - 1, h - 5), (w - 5, h - 1)]
        left = [(4, h - 1), (0, h - 5), (0, shoulder), (w / 2 - neck * 1.2, shoulder * slope), (w / 2 - neck, cap)]
        d.polygon(right + left, fill=255)
        d.rectangle([w / 2 - neck * 1.15, 0, w / 2 + neck * 1.15, cap + 1], fill=255)
        top, bottom = shoulder / h + 0.05, 0.92
    elif kind == "jar":
        lid, inset = rng.uniform(0.12, 0.2) * h, 0.07 * w
        d.rounded_rectangle([0, lid, w - 1, h - 1], radius=int(0.1 * w), fill=255)
        d.rectangle([inset, 0, w - 1 - inset, lid + 6], fill=255)
        top, bottom = lid / h + 0.08, 0.93
    elif kind == "tub":
        taper = rng.uniform(0.03, 0.14) * w
        d.polygon([(0, 0), (w - 1, 0), (w - 1, 0.1 * h), (w - 1 - taper, h - 1), (taper, h - 1), (0, 0.1 * h)], fill=255)
        top = 0.12
    elif kind == "tube":
        d.polygon([(0, 0), (w - 1, 0), (w * 0.85, 0.82 * h), (w * 0.15, 0.82 * h)], fill=255)
        d.rectangle([w * 0.22, 0.8 * h, w * 0.78, h - 1], fill=255)
        bottom = 0.8
    else:
        bulge = [(np.sin(t * 3) * 0.02 + 0.02) * w for t in np.linspace(0, 6, 9)]
        ys = np.linspace(0, h - 1, 9)
        d.polygon([(b, y) for b, y in zip(bulge, ys)] + [(w - 1 - b, y) for b, y in zip(bulge[::-1], ys[::-1])], fill=255)
        top, bottom = 0.05, 0.95
    return mask, top, bottom


def shading(rng, kind, w, h):
    """Multiplicative light (h, w): cylinders fall off to the sides, bags are crumpled, flat ones have a weak slope."""
    x = np.linspace(-1, 1, w)[None]
    y = np.linspace(0, 1, h)[:, None]
    if rng.random() < 0.25:
        return np.ones((h, w))
    if kind in ROUND:
        light = rng.uniform(-0.5, 0.5)
        body = 1 - rng.uniform(0.2, 0.6) * np.clip(np.abs(x - light) - 0.2, 0, 1) ** 1.5
        body = body + rng.uniform(0, 0.5) * np.exp(-((x - light) / 0.1) ** 2)
        return np.broadcast_to(body, (h, w))
    if kind in ("bag", "pouch"):
        waves = sum(np.sin(rng.uniform(2, 9) * x + rng.uniform(2, 12) * y + rng.uniform(0, 6)) for _ in range(4))
        return 0.95 + rng.uniform(0.03, 0.12) * waves
    return 1 - rng.uniform(0, 0.25) * y + rng.uniform(-0.1, 0.1) * x


def decorate(rng, kind, image, top):
    """Lids, caps, crimps, rims and roofs on top of the print, in place."""
    w, h = image.size
    d = ImageDraw.Draw(image)
    colour = artwork.random_colour(rng) if rng.random() < 0.6 else tuple([int(rng.integers(150, 230))] * 3)
    if kind in ("can", "slimcan"):
        d.rectangle([0, 0, w, 0.05 * h], fill=(190, 190, 195))
        d.rectangle([0, 0.95 * h, w, h], fill=(150, 150, 155))
    elif kind == "bottle":
        d.rectangle([0, 0, w, 0.08 * h], fill=colour)
    elif kind == "jar":
        d.rectangle([0, 0, w, (top - 0.06) * h], fill=colour)
    elif kind == "tub":
        d.rectangle([0, 0, w, 0.1 * h], fill=colour)
    elif kind == "tube":
        d.rectangle([0, 0.81 * h, w, h], fill=colour)
    elif kind == "carton" and top > 0:
        d.line([0, top * h, w, top * h], fill=artwork.random_colour(rng, 0.2), width=2)
        if rng.random() < 0.4:
            d.ellipse([w * 0.35, top * h * 0.3, w * 0.65, top * h * 0.9], fill=colour)
    elif kind in ("bag", "pouch"):
        for y in (0, 0.955 * h):
            d.rectangle([0, y, w, y + 0.045 * h], fill=colour)
    elif kind == "multipack":
        for i in range(1, int(rng.integers(2, 5))):
            d.line([w * i / 4, 0, w * i / 4, h], fill=(40, 40, 40), width=1)


def draw_package(rng, fonts, fruits):
    kinds = list(KINDS)
    kind = kinds[rng.integers(len(kinds))]
    h = 170
    w = max(30, int(h * rng.uniform(*KINDS[kind])))
    mask, top, bottom = outline(rng, kind, w, h)
    body, ground = artwork.background(rng, w, h)
    if kind in ("bottle", "jar") and rng.random() < 0.7:  # glass or clear plastic: contents show, print only on the label
        ground = artwork.hsv(rng.random(), rng.uniform(0, 0.8), rng.uniform(0.2, 0.95))
        body = Image.new("RGB", (w, h), ground)
        top = top + rng.uniform(0, 0.15)
        bottom = max(top + 0.25, bottom - rng.uniform(0, 0.2))
        label, ground = artwork.background(rng, w, int((bottom - top) * h))
    else:
        label = body.crop((0, int(top * h), w, int(bottom * h)))
    if rng.random() < 0.95:
        artwork.print_label(rng, label, fonts, fruits, ground)
    body.paste(label, (0, int(top * h)))
    decorate(rng, kind, body, top)
    pixels = np.asarray(body, np.float32) * shading(rng, kind, w, h)[..., None]
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).convert("RGBA")
    if kind in ("box", "carton", "multipack") and rng.random() < 0.3:
        image, mask = add_side(rng, image, mask)
    if rng.random() < 0.15:
        edge = Image.fromarray(np.asarray(mask) - np.asarray(mask.filter(ImageFilter.MinFilter(5))))
        image.paste(artwork.random_colour(rng, 0.1), (0, 0), edge)
    image.putalpha(mask.filter(ImageFilter.GaussianBlur(0.6)))
    return image


def add_side(rng, image, mask):
    """A darker side face, as a carton turned a little to the left or right shows it."""
    w, h = image.size
    depth = int(w * rng.uniform(0.12, 0.4))
    part = image.crop((0, 0, depth, h)).resize((depth, h))
    dark = np.asarray(part, np.float32) * [0.55, 0.55, 0.55, 1]
    wide, wide_mask = Image.new("RGBA", (w + depth, h)), Image.new("L", (w + depth, h))
    right = rng.random() < 0.5
    wide.paste(image, (0 if right else depth, 0))
    wide_mask.paste(mask, (0 if right else depth, 0))
    wide.paste(Image.fromarray(dark.astype(np.uint8)), (w if right else 0, 0))
    rise = int(depth * rng.uniform(0, 0.3))
    corners = [(w, 0), (w + depth - 1, rise), (w + depth - 1, h - 1 - rise), (w, h - 1)]
    if not right:
        corners = [(w + depth - 1 - x, y) for x, y in corners]
    roofless = Image.new("L", wide_mask.size)
    ImageDraw.Draw(roofless).polygon(corners, fill=255)
    return wide, Image.fromarray(np.maximum(np.asarray(wide_mask), np.asarray(roofless)))


def hull(points):
    """Convex hull (monotone chain) of (x, y) integer points."""
    points = sorted(set(map(tuple, points)))
    chain = []
    for sweep in (points, points[::-1]):
        part = []
        for p in sweep:
            while len(part) > 1 and (part[-1][0] - part[-2][0]) * (p[1] - part[-2][1]) <= (part[-1][1] - part[-2][1]) * (p[0] - part[-2][0]):
                part.pop()
            part.append(p)
        chain += part[:-1]
    return chain


def cut_out(path, convex):
    """RGBA of a catalogue picture on white: flood fill from the border, convex hull for cartons."""
    image = Image.open(path).convert("RGB")
    white = Image.fromarray(((np.asarray(image).min(2) >= 243) * 255).astype(np.uint8))
    framed = Image.new("L", (image.width + 2, image.height + 2), 255)
    framed.paste(white, (1, 1))
    ImageDraw.floodfill(framed, (0, 0), 128)
    solid = Image.fromarray(((np.asarray(framed)[1:-1, 1:-1] != 128) * 255).astype(np.uint8))
    solid = solid.filter(ImageFilter.MedianFilter(5))
    ys, xs = np.nonzero(np.asarray(solid))
    if convex:
        solid = Image.new("L", image.size)
        ImageDraw.Draw(solid).polygon(hull(np.stack([xs, ys], 1).tolist()), fill=255)
    image.putalpha(solid.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.GaussianBlur(0.6)))
    return image.crop((xs.min(), ys.min(), xs.max() + 1, ys.max() + 1))


def catalogue(data, held_out):
    """(carton cut-outs, fruit cut-outs); every fifth carton is kept for the held-out scenes only."""
    root = os.path.join(data, "grocery-store", "iconic-images-and-descriptions")
    cartons = sorted(glob.glob(root + "/Packages/**/*.jpg", recursive=True))
    produce = sorted(glob.glob(root + "/Fruit/**/*.jpg", recursive=True) + glob.glob(root + "/Vegetables/**/*.jpg", recursive=True))
    cartons = [p for i, p in enumerate(cartons) if (i % 5 == 4) == held_out]
    return [cut_out(p, True) for p in cartons], [cut_out(p, False) for p in produce]


def make_bank(seed, count, data, held_out=False):
    rng = np.random.default_rng(seed)
    cartons, fruits = catalogue(data, held_out) if data else ([], [])
    fonts = artwork.font_files()
    return [draw_package(rng, fonts, fruits) for _ in range(count)], cartons
