"""Printed surfaces: colours, patterns, panels and made-up words for drawn packages."""

import glob

import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONT_FOLDERS = ("/usr/share/fonts/truetype/dejavu", "/usr/share/fonts")
SYLLABLES = "ba be bo da de du fi fo ga go ka ki la li lo ma mi mo na ne no pa pe po ra ri ro sa se so ta ti to va vi za zu".split()


def font_files():
    for folder in FONT_FOLDERS:
        found = sorted(glob.glob(folder + "/**/*.ttf", recursive=True))
        if found:
            return found
    raise SystemExit("no TrueType fonts found: apt-get install fonts-dejavu-core")


def random_font(rng, fonts, size):
    return ImageFont.truetype(fonts[rng.integers(len(fonts))], max(5, int(size)))


def random_word(rng, longest=4):
    word = "".join(SYLLABLES[rng.integers(len(SYLLABLES))] for _ in range(rng.integers(2, longest + 1)))
    return word.upper() if rng.random() < 0.5 else word.capitalize()


def random_colour(rng, vivid=0.6):
    """RGB tuple: a saturated ink, a pastel, or near white / near black."""
    if rng.random() < vivid:
        hue, saturation, value = rng.random(), rng.uniform(0.5, 1), rng.uniform(0.35, 1)
    else:
        hue, saturation, value = rng.random(), rng.uniform(0, 0.3), rng.choice([rng.uniform(0.05, 0.3), rng.uniform(0.7, 1)])
    return hsv(hue, saturation, value)


def hsv(hue, saturation, value):
    k = (np.array([5, 3, 1]) + hue * 6) % 6
    rgb = value - value * saturation * np.clip(np.minimum(k, 4 - k), 0, 1)
    return tuple(int(255 * c) for c in rgb)


def contrasting(rng, colour):
    dark = sum(colour) < 380
    for _ in range(8):
        other = random_colour(rng)
        if (sum(other) > sum(colour) + 150) if dark else (sum(other) < sum(colour) - 150):
            return other
    return (250, 250, 245) if dark else (20, 20, 30)


def background(rng, width, height):
    """The printed ground: plain, gradient, bands, diagonals or dots."""
    first, second = random_colour(rng), random_colour(rng)
    style = rng.random()
    image = Image.new("RGB", (width, height), first)
    draw = ImageDraw.Draw(image)
    if 0.4 <= style < 0.6:
        axis = np.linspace(0, 1, height if rng.random() < 0.7 else width)[:, None]
        ramp = np.asarray(first) * (1 - axis) + np.asarray(second) * axis
        grid = np.broadcast_to(ramp[:, None] if len(axis) == height else ramp[None], (height, width, 3))
        image = Image.fromarray(grid.astype(np.uint8))
    elif 0.6 <= style < 0.8:
        for _ in range(rng.integers(1, 4)):
            top = rng.integers(0, height)
            draw.rectangle([0, top, width, top + rng.integers(3, max(4, height // 3))], fill=random_colour(rng))
    elif 0.8 <= style < 0.9:
        step = int(rng.integers(6, 30))
        for x in range(-height, width, step * 2):
            draw.line([x, height, x + height, 0], fill=second, width=step)
    elif style >= 0.9:
        step, radius = int(rng.integers(10, 30)), int(rng.integers(2, 7))
        for x in range(0, width, step):
            for y in range(0, height, step):
                draw.ellipse([x, y, x + radius, y + radius], fill=second)
    return image, first


def write(rng, draw, fonts, box, colour):
    """One word fitted into box (x0, y0, x1, y1)."""
    width, height = box[2] - box[0], box[3] - box[1]
    if width < 8 or height < 5:
        return
    word = random_word(rng)
    font = random_font(rng, fonts, min(height * 0.95, 1.6 * width / len(word)))
    left, top, right, bottom = draw.textbbox((0, 0), word, font=font)
    draw.text((box[0] + (width - right + left) / 2 - left, box[1] + (height - bottom + top) / 2 - top), word, font=font, fill=colour)


def logo(rng, draw, box, colour):
    x0, y0, x1, y1 = box
    shape = rng.integers(4)
    if shape == 0:
        draw.ellipse(box, fill=colour)
    elif shape == 1:
        draw.polygon([((x0 + x1) / 2, y0), (x1, y1), (x0, y1)], fill=colour)
    elif shape == 2:
        draw.polygon([((x0 + x1) / 2, y0), (x1, (y0 + y1) / 2), ((x0 + x1) / 2, y1), (x0, (y0 + y1) / 2)], fill=colour)
    else:
        draw.pieslice(box, 0, int(rng.integers(180, 340)), fill=colour)


def print_label(rng, image, fonts, fruits, ground):
    """Panel, words, emblem, small print and bar code on a printed ground, in place."""
    width, height = image.size
    draw = ImageDraw.Draw(image)
    ink = contrasting(rng, ground)
    panel = None
    if rng.random() < 0.65:
        top, tall = rng.uniform(0.08, 0.45) * height, rng.uniform(0.25, 0.5) * height
        inset = rng.choice([0, rng.uniform(0.04, 0.2)]) * width
        panel = [inset, top, width - 1 - inset, top + tall]
        colour = random_colour(rng, 0.35)
        (draw.ellipse if rng.random() < 0.2 else draw.rectangle)(panel, fill=colour)
        ink = contrasting(rng, colour)
    if fruits and rng.random() < 0.3:
        fruit = fruits[rng.integers(len(fruits))]
        size = int(width * rng.uniform(0.35, 0.8))
        fruit = fruit.resize((size, max(4, size * fruit.height // fruit.width)))
        image.paste(fruit, (int(rng.uniform(0, width - size)), int(rng.uniform(0.4, 0.75) * height)), fruit)
    elif rng.random() < 0.55:
        size = width * rng.uniform(0.2, 0.6)
        x, y = rng.uniform(0, width - size), rng.uniform(0.3, 0.8) * height
        logo(rng, draw, [x, y, x + size, y + size], random_colour(rng, 0.9))
    if rng.random() < 0.92:
        area = panel or [0, height * 0.1, width, height * 0.5]
        middle = (area[1] + area[3]) / 2
        write(rng, draw, fonts, [area[0] + 0.06 * width, area[1] + 2, area[2] - 0.06 * width, middle + 4], ink)
        if rng.random() < 0.6:
            write(rng, draw, fonts, [area[0] + 0.15 * width, middle + 4, area[2] - 0.15 * width, area[3] - 3], ink)
    if rng.random() < 0.5:
        y = height * rng.uniform(0.6, 0.8)
        for _ in range(rng.integers(1, 6)):
            draw.line([width * 0.15, y, width * rng.uniform(0.5, 0.85), y], fill=ink, width=1)
            y += 4
    if rng.random() < 0.08:
        x = width * rng.uniform(0.1, 0.5)
        draw.rectangle([x, height * 0.8, x + width * 0.4, height * 0.95], fill=(250, 250, 250))
        for offset in range(2, int(width * 0.38), 3):
            draw.line([x + offset, height * 0.81, x + offset, height * 0.93], fill=(10, 10, 10), width=int(rng.integers(1, 3)))
