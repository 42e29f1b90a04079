"""Near views, as a hand-held phone takes them: one pack in a hand, a tilted camera, few large facings.

The plain scenes hold few objects that fill the picture and hardly a turned one, and a detector trained on them alone
misses exactly those.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

import people
import scenes

STYLES = {"held": 0.45, "tilted": 0.3, "large": 0.25}


def held_pack(canvas, bank):
    """A blurred shelf, and before it one pack in a hand whose fingers cover a part of it."""
    rng, (w, h) = canvas.rng, canvas.size
    scenes.shelf_rows(canvas, "dense" if rng.random() < 0.6 else "close", bank)
    blur = rng.choice([0, rng.uniform(0.8, 2), rng.uniform(2, 7)], p=[0.3, 0.35, 0.35])
    if blur > 0:
        canvas.repaint(canvas.image.filter(ImageFilter.GaussianBlur(blur)))
    if blur > 2:  # nobody would draw a box around a smear, nor call one wrong
        canvas.labels = [label and scenes.IGNORE if label == scenes.PRODUCT else label for label in canvas.labels]
    pack = scenes.pick(rng, bank)
    size = rng.uniform(0.4, 0.95) * h / max(pack.size)
    pack = pack.resize((max(20, int(pack.width * size)), max(20, int(pack.height * size))), Image.BICUBIC)
    narrow, centre = pack.width, np.array([rng.uniform(0.35, 0.65) * w, rng.uniform(0.4, 0.6) * h])
    lean = np.clip(rng.normal(0, 22), -60, 60)
    pack = pack.rotate(lean, Image.BICUBIC, expand=True)
    if rng.random() < 0.1:  # set down before the shelf, nobody near
        canvas.paste(pack, *(centre - np.array(pack.size) / 2), scenes.PRODUCT)
        return
    grip(canvas, pack, centre, narrow, lean)


def grip(canvas, pack, centre, narrow, lean):
    """The pack with a palm behind it, and the thumb or the fingers over its front: one person, one product."""
    rng, (w, h) = canvas.rng, canvas.size
    left = rng.choice([-1, 1])
    turn = np.deg2rad(-lean)
    across, along = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    hold = centre + along * rng.uniform(-0.15, 0.25) * pack.height
    edge = hold + across * left * narrow * rng.uniform(0.42, 0.58)
    palm = np.clip(narrow * rng.uniform(0.45, 0.9), 0.1 * h, 0.32 * h)
    tone, sleeve = Image.new("RGB", canvas.size, people.skin_tone(rng)), people.cloth(rng, w, h)
    root = np.array([w * (0.5 + left * rng.uniform(0.5, 0.9)), h * rng.uniform(0.75, 1.25)])
    wrist = edge + (root - edge) / np.linalg.norm(root - edge) * palm * rng.uniform(0.7, 1.1)
    behind, hand, cuff = Image.new("RGBA", canvas.size), Image.new("L", canvas.size), Image.new("L", canvas.size)
    draw = ImageDraw.Draw(hand)
    people.limb(draw, tuple(root), tuple(wrist), palm * rng.uniform(0.9, 1.3), palm * 0.7)
    people.limb(draw, tuple(wrist), tuple(edge), palm * 0.7, palm * rng.uniform(0.8, 1.05))
    people.lay(rng, behind, hand, tone)
    if rng.random() < 0.7:
        people.limb(ImageDraw.Draw(cuff), tuple(root), tuple(wrist + (root - wrist) * rng.uniform(0.1, 0.6)), palm * 1.5, palm * rng.uniform(0.9, 1.2))
        people.lay(rng, behind, cuff, sleeve)
    canvas.paste(behind, 0, 0, scenes.PERSON)
    person = len(canvas.labels) - 1
    canvas.paste(pack, *(centre - np.array(pack.size) / 2), scenes.PRODUCT)
    front, over = Image.new("RGBA", canvas.size), Image.new("L", canvas.size)
    draw = ImageDraw.Draw(over)
    count = 1 if rng.random() < 0.6 else 4  # the thumb, or four fingers
    for i in range(count):
        start = edge + along * (i - (count - 1) / 2) * palm * 0.27 + across * left * palm * 0.1
        tip = start - across * left * palm * rng.uniform(0.55, 0.95) - along * palm * rng.uniform(-0.1, 0.4 if count == 1 else 0.1)
        people.limb(draw, tuple(start), tuple(tip), palm * (0.36 if count == 1 else 0.27), palm * (0.27 if count == 1 else 0.2))
    people.lay(rng, front, over, tone)
    canvas.paste(front, 0, 0, person, known=True)


def large_facings(canvas, bank):
    """One row of a few facings that fill the picture."""
    rng, (w, h) = canvas.rng, canvas.size
    floor = h * rng.uniform(0.8, 1.05)
    count = int(rng.integers(1, 5))
    choice, x = scenes.pick(rng, bank), rng.uniform(-0.1, 0.3) * w
    height = h * rng.uniform(0.5, 0.95)
    if rng.random() < 0.4:
        scenes.hidden_row(canvas, height, floor, bank)
    for _ in range(count):
        choice = scenes.pick(rng, bank) if rng.random() < 0.3 else choice
        picture = scenes.fit(rng, choice, w * rng.uniform(0.4, 0.9), height)
        scenes.contact_shadow(canvas, x, floor, picture.width)
        canvas.paste(picture, x, floor - picture.height, scenes.PRODUCT)
        x += picture.width * rng.uniform(1.0, 1.15)
    look = scenes.board_style(rng)
    scenes.shelf_board(canvas, floor, h * rng.uniform(0.06, 0.2), look, [w * (k + 0.5) / 3 for k in range(3)])


def draw(canvas, style, bank):
    if style == "held":
        held_pack(canvas, bank)
    elif style == "large":
        large_facings(canvas, bank)
    else:
        scenes.shelf_rows(canvas, canvas.rng.choice(["dense", "close"]), bank)


def tilted_corners(rng, size):
    """What a camera sees that is turned up to 35 degrees and held near: no edge of the canvas comes into view."""
    w, h = size
    centre = np.array([w, h]) / 2
    angle = rng.uniform(-0.6, 0.6)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = (np.array([[0, 0], [w, 0], [w, h], [0, h]], float) - centre) @ turn.T
    room = (centre / np.abs(corners).max(0)).min()
    return corners * room * rng.uniform(0.6, 1.0) + centre + rng.uniform(-0.03, 0.03, (4, 2)) * size
