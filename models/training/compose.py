"""One finished training picture: a scene, people before it, the camera's view, and the boxes that follow."""

import numpy as np
from PIL import Image, ImageDraw

import artwork
import closeups
import effects
import people
import scenes

SIDE, PAD = 416, 114
SHAPES = [(760, 570), (760, 570), (760, 570), (760, 428), (570, 760), (600, 600)]
STYLES = {"store": 0.46, "dense": 0.21, "close": 0.14, "lone": 0.1, "empty": 0.05, "table": 0.04}
LEAST_VISIBLE, LEAST_IGNORED = 0.4, 0.12


def perspective(rng, size, strength):
    """Corners of the quadrilateral that the camera sees (full canvas when strength is 0)."""
    w, h = size
    corners = np.array([[0, 0], [w, 0], [w, h], [0, h]], float)
    if strength == 0:
        return corners
    centre = np.array([w / 2, h / 2])
    angle = rng.normal(0, 0.05) * strength
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = (corners - centre) @ turn.T * rng.uniform(0.82, 0.98) + centre
    return corners + rng.uniform(-0.06, 0.06, (4, 2)) * [w, h] * strength


def coefficients(corners, size):
    """PIL's eight perspective coefficients that map the output rectangle onto corners."""
    w, h = size
    rows, values = [], []
    for (u, v), (x, y) in zip([(0, 0), (w, 0), (w, h), (0, h)], corners):
        rows += [[u, v, 1, 0, 0, 0, -u * x, -v * x], [0, 0, 0, u, v, 1, -u * y, -v * y]]
        values += [x, y]
    return np.linalg.solve(np.array(rows, float), np.array(values))


def quad_area(corners):
    x, y = corners.T
    return abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def boxes_of(ids, canvas, scale):
    """Boxes (x0, y0, x1, y1, class) of what is still visible, from the warped id mask; scale = area factor of the warp."""
    ys, xs = np.nonzero(ids)
    if len(ys) == 0:
        return np.zeros((0, 5), np.float32)
    found = ids[ys, xs]
    order = np.argsort(found, kind="stable")
    found, ys, xs = found[order], ys[order], xs[order]
    starts = np.flatnonzero(np.r_[True, found[1:] != found[:-1]])
    counts = np.diff(np.r_[starts, len(found)])
    least, most = np.minimum.reduceat, np.maximum.reduceat
    bounds = [least(xs, starts), least(ys, starts), most(xs, starts) + 1, most(ys, starts) + 1]
    rows = []
    for i, identity in enumerate(found[starts]):
        visible = counts[i] / max(1.0, canvas.areas[identity] * scale)
        label = canvas.labels[identity]
        if label == scenes.PERSON:
            visible = 1.0 if counts[i] > 0.002 * ids.size else LEAST_IGNORED
        if visible < LEAST_IGNORED:
            continue
        if visible < LEAST_VISIBLE:
            label = scenes.IGNORE
        rows.append([b[i] for b in bounds] + [label])
    return np.array(rows, np.float32).reshape(-1, 5)


def add_people(canvas, bank):
    """Sometimes an arm (half of them with an item in the hand), sometimes a torso, seldom both."""
    rng, (w, h) = canvas.rng, canvas.size
    if rng.random() < 0.07:
        canvas.paste(people.draw_torso(rng, canvas.size), 0, 0, scenes.PERSON)
    arms = rng.choice([0, 1, 2], p=[0.72, 0.24, 0.04])
    for _ in range(arms):
        target = (rng.uniform(0.1, 0.9) * w, rng.uniform(0.1, 0.9) * h)
        arm, fingers, palm = people.draw_arm(rng, canvas.size, target)
        if rng.random() < 0.4:
            item = scenes.pick(rng, bank)
            height = palm * rng.uniform(1.5, 3)
            item = item.resize((max(6, int(item.width * height / item.height)), int(height)), Image.BILINEAR)
            item = item.rotate(rng.normal(0, 20), Image.BICUBIC, expand=True)
            canvas.paste(item, fingers[0] - item.width / 2, fingers[1] - item.height / 2, scenes.PRODUCT)
        canvas.paste(arm, 0, 0, scenes.PERSON)


def overlay_text(rng, image, fonts):
    """The date or camera name that many cameras write into a corner."""
    draw = ImageDraw.Draw(image)
    size = image.height * rng.uniform(0.02, 0.05)
    text = "CAM %d  20%02d-%02d-%02d %02d:%02d:%02d" % tuple(rng.integers((1, 10, 1, 1, 0, 0, 0), (9, 40, 13, 29, 24, 60, 60)))
    place = (rng.uniform(0, 0.4) * image.width, rng.choice([0.01, 0.94]) * image.height)
    draw.text(place, text, font=artwork.random_font(rng, fonts, size), fill=(255, 255, 255) if rng.random() < 0.8 else (255, 255, 0))


def render(rng, bank, fonts, style=None, size=None):
    """(RGB picture, boxes) at the canvas size."""
    style = style or rng.choice(list(STYLES), p=list(STYLES.values()))
    size = size or SHAPES[rng.integers(len(SHAPES))]
    canvas = scenes.Canvas(rng, size, fonts)
    scenes.back_wall(canvas)
    if style in closeups.STYLES:
        closeups.draw(canvas, style, bank)
    elif style == "table":
        scenes.table_scene(canvas, bank)
    else:
        scenes.shelf_rows(canvas, style, bank)
    if style != "held":
        add_people(canvas, bank)
    strength = rng.choice([0, 0.4, 1.0], p=[0.4, 0.3, 0.3])
    corners = closeups.tilted_corners(rng, size) if style == "tilted" else perspective(rng, size, strength)
    image, ids = canvas.image, canvas.ids
    if strength > 0 or style == "tilted":
        data = coefficients(corners, size)
        image = image.transform(size, Image.PERSPECTIVE, data, Image.BILINEAR, fillcolor=(PAD, PAD, PAD))
        ids = np.asarray(Image.fromarray(ids).transform(size, Image.PERSPECTIVE, data, Image.NEAREST))
    boxes = boxes_of(ids, canvas, size[0] * size[1] / quad_area(corners))
    image = effects.camera(rng, image, rng.choice([0.0, 0.5, 1.0], p=[0.2, 0.4, 0.4]))
    if rng.random() < 0.12:
        overlay_text(rng, image, fonts)
    return image, boxes


def letterbox(image, boxes, side=SIDE, kernel=Image.BILINEAR):
    """Keep the aspect, top left aligned, grey padding: exactly what a caller of the model does."""
    scale = side / max(image.size)
    inner = (round(image.width * scale), round(image.height * scale))
    square = Image.new("RGB", (side, side), (PAD, PAD, PAD))
    square.paste(image.resize(inner, kernel))
    boxes = boxes.copy()
    boxes[:, :4] *= scale
    return square, boxes, inner


def training_picture(rng, bank, fonts, near=False):
    style = rng.choice(list(closeups.STYLES), p=list(closeups.STYLES.values())) if near else None
    image, boxes = render(rng, bank, fonts, style)
    kernel = (Image.BILINEAR, Image.BILINEAR, Image.LANCZOS, Image.BOX)[rng.integers(4)]
    image = effects.jpeg(rng, image) if rng.random() < 0.5 else image
    square, boxes, inner = letterbox(image, boxes, kernel=kernel)
    longest = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    boxes[longest < 10, 4] = scenes.IGNORE
    return np.asarray(square), boxes, inner
