"""Synthetic shelf pictures with boxes, drawn on a canvas with an id mask beside it."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

import artwork

PRODUCT, PERSON, IGNORE = 0, 1, 2


class Canvas:
    """A picture under construction: pixels, an id per pixel (0 = no object) and what each id is."""

    def __init__(self, rng, size, fonts):
        self.rng, self.size, self.fonts = rng, size, fonts
        self.image = Image.new("RGB", size)
        self.draw = ImageDraw.Draw(self.image)
        self.ids = np.zeros((size[1], size[0]), np.int32)
        self.labels, self.areas = [None], [0]

    def repaint(self, image):
        """Other pixels, the same objects."""
        self.image.paste(image)

    def paste(self, picture, x, y, label, known=False):
        """Put an RGBA picture at (x, y); label None draws over without becoming an object, known: label is an object's id."""
        x, y = int(round(x)), int(round(y))
        self.image.paste(picture, (x, y), picture)
        solid = np.asarray(picture)[..., 3] > 127
        x0, y0, x1, y1 = max(0, x), max(0, y), min(self.size[0], x + picture.width), min(self.size[1], y + picture.height)
        if x1 <= x0 or y1 <= y0:
            return
        identity = label if known else 0
        if label is not None and not known:
            identity = len(self.labels)
            self.labels.append(label)
            self.areas.append(int(solid.sum()))
        self.ids[y0:y1, x0:x1][solid[y0 - y:y1 - y, x0 - x:x1 - x]] = identity

    def bar(self, box, fill):
        """A rectangle of shop furniture over everything so far."""
        x0, y0, x1, y1 = (int(v) for v in box)
        if x1 > x0 and y1 > y0:
            self.draw.rectangle([x0, y0, x1 - 1, y1 - 1], fill=fill)
            self.ids[max(0, y0):max(0, y1), max(0, x0):max(0, x1)] = 0


def furniture_colour(rng):
    if rng.random() < 0.75:
        level = rng.integers(30, 250)
        return tuple(int(np.clip(level + d, 0, 255)) for d in rng.integers(-12, 13, 3))
    return artwork.hsv(rng.random(), rng.uniform(0.1, 0.7), rng.uniform(0.2, 0.9))


def darker(colour, factor):
    return tuple(int(np.clip(c * factor, 0, 255)) for c in colour)


def back_wall(canvas):
    """Back panel: plain, sloped light, panel joints, pegs or wire grid."""
    rng, (w, h) = canvas.rng, canvas.size
    colour = furniture_colour(rng)
    ramp = np.linspace(rng.uniform(0.6, 1.2), rng.uniform(0.6, 1.2), h)[:, None, None]
    pixels = np.clip(np.asarray(colour)[None, None] * np.broadcast_to(ramp, (h, w, 1)), 0, 255)
    canvas.image.paste(Image.fromarray(pixels.astype(np.uint8)))
    style, step = rng.random(), int(rng.integers(14, 90))
    line = darker(colour, rng.choice([0.75, 0.9, 1.15]))
    if style < 0.2:
        for x in range(int(rng.integers(step)), w, step):
            canvas.draw.line([x, 0, x, h], fill=line, width=int(rng.integers(1, 4)))
    elif style < 0.3:
        for x in range(0, w, step):
            for y in range(0, h, step):
                canvas.draw.ellipse([x, y, x + 4, y + 4], fill=line)
    elif style < 0.4:
        for y in range(0, h, step):
            canvas.draw.line([0, y, w, y], fill=line, width=int(rng.integers(1, 4)))
    return colour


def price_tag(canvas, x, y, width, height):
    rng = canvas.rng
    paper = (250, 250, 245) if rng.random() < 0.6 else artwork.random_colour(rng, 0.8)
    canvas.bar([x, y, x + width, y + height], paper)
    ink = artwork.contrasting(rng, paper)
    if rng.random() < 0.8:
        price = "%d.%02d" % (rng.integers(0, 40), rng.integers(0, 100))
        canvas.draw.text((x + 2, y + height * 0.1), price, font=artwork.random_font(rng, canvas.fonts, height * 0.6), fill=ink)
    if rng.random() < 0.4:
        canvas.draw.line([x + 2, y + height * 0.85, x + width * 0.8, y + height * 0.85], fill=ink)


def shelf_board(canvas, y, thick, style, centres):
    """The board's front edge with its price rail, tags, gaps and labels."""
    rng, w = canvas.rng, canvas.size[0]
    canvas.bar([0, y, w, y + thick], style["board"])
    canvas.draw.line([0, y, w, y], fill=darker(style["board"], style["edge"]), width=2)
    canvas.draw.line([0, y + thick, w, y + thick], fill=darker(style["board"], 0.5), width=2)
    if style["rail"]:
        canvas.bar([0, y + thick * 0.15, w, y + thick * 0.9], style["rail"])
    if style["tags"] == "slots":
        for centre in centres:
            width = min(thick * style["tag_aspect"], 90)
            price_tag(canvas, centre - width / 2, y + thick * 0.18, width, thick * 0.66)
    elif style["tags"] == "random":
        x = rng.uniform(0, 80)
        while x < w:
            width = thick * rng.uniform(1, 3)
            price_tag(canvas, x, y + thick * 0.12, width, thick * rng.uniform(0.6, 1.1))
            x += width + rng.uniform(5, 160)


def dim(picture, factor):
    pixels = np.asarray(picture, np.float32) * [factor, factor, factor, 1]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def fit(rng, picture, width, height):
    """Scale a bank picture to stand within width x height."""
    scale = min(width / picture.width, height / picture.height)
    picture = picture.resize((max(4, int(picture.width * scale)), max(6, int(picture.height * scale))), Image.BILINEAR)
    if rng.random() < 0.12:
        picture = picture.rotate(rng.normal(0, 4), Image.BICUBIC, expand=True)
    if rng.random() < 0.3:
        picture = dim(picture, rng.uniform(0.8, 1.1))
    return picture


def pick(rng, bank):
    drawn, cartons = bank
    return cartons[rng.integers(len(cartons))] if cartons and rng.random() < 0.2 else drawn[rng.integers(len(drawn))]


def contact_shadow(canvas, x, floor, width):
    """A soft dark foot below and behind an item."""
    rng = canvas.rng
    height = int(max(4, width * rng.uniform(0.08, 0.25)))
    shade = Image.new("L", (int(width * 1.3) + 2, height * 2))
    ImageDraw.Draw(shade).ellipse([0, 0, shade.width - 1, shade.height - 1], fill=int(rng.integers(50, 150)))
    shade = shade.filter(ImageFilter.GaussianBlur(height * 0.25))
    canvas.image.paste((10, 10, 12), (int(x - width * 0.15), int(floor - height)), shade)


def hidden_row(canvas, row, floor, bank):
    """Items one deep behind, darker; they are seen and counted only where nothing stands before them."""
    rng = canvas.rng
    x = rng.uniform(-30, 20)
    behind = pick(rng, bank)
    while x < canvas.size[0]:
        behind = pick(rng, bank) if rng.random() < 0.3 else behind
        picture = fit(rng, behind, row * 0.8, row * rng.uniform(0.55, 0.75))
        picture = dim(picture, rng.uniform(0.35, 0.65))
        canvas.paste(picture, x, floor - picture.height - row * 0.04, IGNORE)
        x += picture.width * rng.uniform(1.0, 1.2)


def fill_slots(canvas, row, floor, bank, count, chance, shadow):
    """Slots of equal width, one item in each or none: the planogram shelf of a counting camera."""
    rng, w = canvas.rng, canvas.size[0]
    left, right = rng.uniform(0, 0.06) * w, w - rng.uniform(0, 0.06) * w
    pitch = (right - left) / count
    centres = [left + pitch * (i + 0.5) for i in range(count)]
    share, tall = rng.uniform(0.45, 0.98), rng.uniform(0.55, 0.92)
    same, jitter = pick(rng, bank), rng.choice([0, 0.03, 0.1])
    for centre in centres:
        same = pick(rng, bank) if rng.random() < 0.7 else same
        if rng.random() > chance:
            continue
        picture = fit(rng, same, pitch * share, row * tall * rng.uniform(0.85, 1))
        x = centre - picture.width / 2 + pitch * rng.normal(0, 1) * jitter
        if shadow:
            contact_shadow(canvas, x, floor, picture.width)
        canvas.paste(picture, x, floor - picture.height + rng.integers(0, 3), PRODUCT)
    return centres


def fill_dense(canvas, row, floor, bank, chance):
    """Groups of equal facings shoulder to shoulder, some stacked, some gaps."""
    rng = canvas.rng
    x = rng.uniform(-40, 10)
    while x < canvas.size[0]:
        choice = pick(rng, bank)
        height = row * rng.uniform(0.45, 0.95)
        wide, gap = row * rng.uniform(0.5, 1.1), rng.choice([0, 1, rng.uniform(1, 12)])
        stack = 2 if height < row * 0.5 and rng.random() < 0.5 else 1
        for _ in range(rng.integers(1, 7)):
            if rng.random() < chance:
                picture, y = fit(rng, choice, wide, height), floor
                for _ in range(stack):
                    y -= picture.height
                    canvas.paste(picture, x + rng.normal(0, 0.8), y + rng.integers(-1, 2), PRODUCT)
            else:
                picture = fit(rng, choice, wide, height)
            x += picture.width + gap
        x += rng.choice([0, rng.uniform(0, 1.5) * row], p=[0.75, 0.25])
    return []


def board_style(rng):
    board = furniture_colour(rng)
    return {"board": board, "edge": rng.choice([0.6, 1.3]), "rail": furniture_colour(rng) if rng.random() < 0.5 else None,
            "tags": rng.choice(["slots", "random", "none"], p=[0.5, 0.2, 0.3]), "tag_aspect": rng.uniform(1.2, 3.5)}


def shelf_rows(canvas, style, bank):
    """Rows of shelf from top to bottom for one scene style."""
    rng, (w, h) = canvas.rng, canvas.size
    rows = {
        "store": rng.integers(2, 5), "dense": rng.integers(2, 7), "close": rng.integers(1, 3),
        "lone": rng.integers(1, 5), "empty": rng.integers(1, 6),
    }[style]
    thick = h / rows * rng.uniform(0.05, 0.2)
    top = rng.choice([0.0, rng.uniform(-0.15, 0.15)]) * h
    row = (h * rng.uniform(0.93, 1.1) - top) / rows
    look, shadow, behind = board_style(rng), rng.random() < 0.5, rng.random()
    count = int(rng.integers(4, 9)) if style == "store" else int(rng.integers(2, 4))
    chance = {
        "store": rng.uniform(0.45, 1.0), "dense": rng.uniform(0.8, 1), "close": rng.uniform(0.7, 1),
        "lone": rng.uniform(0.05, 0.25), "empty": 0,
    }[style]
    for i in range(rows):
        floor = top + row * (i + 1) - thick
        if rng.random() < 0.6:
            canvas.bar([0, floor - (row - thick) * rng.uniform(0.05, 0.12), w, floor + 1], darker(look["board"], rng.uniform(0.6, 0.95)))
        if style in ("dense", "close") and behind < 0.5:
            hidden_row(canvas, row - thick, floor, bank)
        if style in ("dense", "close") and rng.random() < 0.75:
            centres = fill_dense(canvas, row - thick, floor, bank, chance)
        else:
            slots = count if style != "lone" else int(rng.integers(3, 8))
            centres = fill_slots(canvas, row - thick, floor, bank, max(1, slots + rng.integers(-1, 2)), chance, shadow)
        if not centres or rng.random() < 0.2:
            centres = [w * (k + 0.5) / 6 for k in range(6)]
        shelf_board(canvas, floor, thick, look, centres)
    if rng.random() < 0.4:
        for x in ([0.0, 0.97], [0.5], [0.33, 0.66], [rng.uniform(0, 1)])[rng.integers(4)]:
            canvas.bar([x * w, 0, (x + rng.uniform(0.01, 0.035)) * w, h], darker(look["board"], rng.uniform(0.6, 1.1)))


def table_scene(canvas, bank):
    """A few items lying or standing about, any angle, no shelf at all."""
    rng, (w, h) = canvas.rng, canvas.size
    for _ in range(rng.integers(1, 6)):
        picture = pick(rng, bank)
        size = rng.uniform(0.2, 0.7) * h
        picture = picture.resize((max(6, int(picture.width * size / picture.height)), int(size)), Image.BILINEAR)
        picture = picture.rotate(rng.uniform(-60, 60) if rng.random() < 0.7 else 0, Image.BICUBIC, expand=True)
        canvas.paste(picture, rng.uniform(-0.05, 0.75) * w, rng.uniform(-0.05, 0.6) * h, PRODUCT)
