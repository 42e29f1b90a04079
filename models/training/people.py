"""Shoppers before the shelf: arms with hands, and torsos seen from behind, as RGBA layers of the scene's size."""

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

import artwork

SKIN = [(255, 224, 196), (240, 200, 170), (224, 172, 140), (198, 134, 98), (150, 98, 66), (110, 70, 48), (80, 50, 36), (245, 190, 160)]


def skin_tone(rng):
    base = np.array(SKIN[rng.integers(len(SKIN))]) + rng.integers(-15, 16, 3)
    return tuple(int(c) for c in np.clip(base, 0, 255))


def cloth(rng, width, height):
    """A sleeve's or a coat's fabric: plain, striped or checked."""
    colour = artwork.random_colour(rng, 0.4)
    image = Image.new("RGB", (width, height), colour)
    draw = ImageDraw.Draw(image)
    if rng.random() < 0.4:
        other, step = artwork.random_colour(rng, 0.4), int(rng.integers(8, 40))
        for y in range(0, height, step * 2):
            draw.line([0, y, width, y], fill=other, width=step)
        if rng.random() < 0.4:
            for x in range(0, width, step * 2):
                draw.line([x, 0, x, height], fill=other, width=max(1, step // 2))
    return image


def limb(draw, start, end, start_width, end_width, fill=255):
    """A tapered capsule."""
    (x0, y0), (x1, y1) = start, end
    length = max(1e-3, float(np.hypot(x1 - x0, y1 - y0)))
    nx, ny = -(y1 - y0) / length, (x1 - x0) / length
    a, b = start_width / 2, end_width / 2
    draw.polygon([(x0 + nx * a, y0 + ny * a), (x1 + nx * b, y1 + ny * b), (x1 - nx * b, y1 - ny * b), (x0 - nx * a, y0 - ny * a)], fill=fill)
    draw.ellipse([x0 - a, y0 - a, x0 + a, y0 + a], fill=fill)
    draw.ellipse([x1 - b, y1 - b, x1 + b, y1 + b], fill=fill)


def soft_edges(rng, mask):
    """Relief for a flat part: darker towards its border."""
    if rng.random() < 0.35:
        return np.ones((mask.height, mask.width), np.float32)
    radius = int(rng.integers(4, 12))
    inner = np.asarray(mask.filter(ImageFilter.BoxBlur(radius)), np.float32) / 255
    return 1 - rng.uniform(0.2, 0.6) * (1 - np.clip(inner, 0.4, 1))


def lay(rng, layer, mask, texture):
    """Put texture through mask onto the RGBA layer."""
    pixels = np.asarray(texture, np.float32) * soft_edges(rng, mask)[..., None]
    part = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).convert("RGBA")
    part.putalpha(mask)
    layer.alpha_composite(part)


def hand_mask(rng, size, wrist, heading, palm):
    """Palm, four fingers and a thumb; fingers spread, curl or close."""
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    ahead = np.array([np.cos(heading), np.sin(heading)])
    aside = np.array([-ahead[1], ahead[0]]) * rng.choice([-1, 1])
    centre = np.array(wrist) + ahead * palm * 0.55
    limb(draw, wrist, centre + ahead * palm * 0.2, palm * 0.72, palm * 0.95)
    reach, spread = rng.uniform(0.35, 1.05), rng.uniform(0.02, 0.22)
    for i, length in enumerate((0.85, 1.0, 0.95, 0.75)):
        root = centre + ahead * palm * 0.35 + aside * palm * (i - 1.5) * 0.23
        angle = heading + np.sign(aside @ [-ahead[1], ahead[0]]) * (i - 1.5) * spread
        tip = root + np.array([np.cos(angle), np.sin(angle)]) * palm * length * reach
        limb(draw, tuple(root), tuple(tip), palm * 0.25, palm * 0.19)
    thumb = centre - aside * palm * 0.35
    angle = heading - np.sign(aside @ [-ahead[1], ahead[0]]) * rng.uniform(0.4, 1.1)
    limb(draw, tuple(thumb), tuple(thumb + np.array([np.cos(angle), np.sin(angle)]) * palm * 0.65), palm * 0.3, palm * 0.22)
    return mask, centre + ahead * palm * 0.6


def draw_arm(rng, size, target):
    """An arm that enters from an edge and reaches to target: RGBA layer and where the fingers are."""
    w, h = size
    palm = rng.uniform(0.05, 0.13) * max(w, h)
    side = rng.choice(["bottom", "left", "right", "top"], p=[0.45, 0.25, 0.25, 0.05])
    root = {"bottom": (rng.uniform(-0.1, 1.1) * w, h * 1.15), "left": (-0.15 * w, rng.uniform(0.2, 1.2) * h),
            "right": (1.15 * w, rng.uniform(0.2, 1.2) * h), "top": (rng.uniform(0, 1) * w, -0.2 * h)}[side]
    heading = float(np.arctan2(target[1] - root[1], target[0] - root[0])) + rng.uniform(-0.25, 0.25)
    wrist = np.array(target) - np.array([np.cos(heading), np.sin(heading)]) * palm
    skin = Image.new("RGB", size, skin_tone(rng))
    layer = Image.new("RGBA", size)
    mask = Image.new("L", size)
    limb(ImageDraw.Draw(mask), root, tuple(wrist), palm * rng.uniform(1.0, 1.5), palm * rng.uniform(0.6, 0.8))
    hand, fingers = hand_mask(rng, size, tuple(wrist), heading, palm)
    lay(rng, layer, ImageChops.lighter(mask, hand), skin)
    cover = rng.choice([0, rng.uniform(0.2, 0.7), rng.uniform(0.75, 0.97)], p=[0.2, 0.3, 0.5])
    if cover > 0:
        sleeve = Image.new("L", size)
        cuff = np.array(root) * (1 - cover) + wrist * cover
        limb(ImageDraw.Draw(sleeve), root, tuple(cuff), palm * rng.uniform(1.4, 2.1), palm * rng.uniform(0.9, 1.25))
        lay(rng, layer, sleeve, cloth(rng, w, h))
    return layer, (float(fingers[0]), float(fingers[1])), palm


def draw_torso(rng, size):
    """A shopper seen from behind or from the side, standing at the shelf."""
    w, h = size
    layer = Image.new("RGBA", size)
    width = rng.uniform(0.2, 0.5) * w
    x = rng.uniform(-0.05, 1.05) * w
    shoulder = rng.uniform(0.15, 0.8) * h
    body = Image.new("L", size)
    draw = ImageDraw.Draw(body)
    draw.rounded_rectangle([x - width / 2, shoulder, x + width / 2, h * 1.3], radius=int(width * 0.25), fill=255)
    if rng.random() < 0.5:
        elbow = (x + width * rng.uniform(-0.2, 1), shoulder + width * rng.uniform(-0.4, 1))
        limb(draw, (x + width * 0.4, shoulder + width * 0.25), elbow, width * 0.28, width * 0.2)
    head = Image.new("L", size)
    radius = width * rng.uniform(0.2, 0.27)
    y = shoulder - radius * 1.1
    draw = ImageDraw.Draw(head)
    draw.rectangle([x - radius * 0.5, y, x + radius * 0.5, shoulder + 4], fill=255)
    draw.ellipse([x - radius, y - radius * 1.2, x + radius, y + radius * 1.2], fill=255)
    lay(rng, layer, head, Image.new("RGB", size, skin_tone(rng)))
    hair = Image.new("L", size)
    crown = [x - radius * 1.1, y - radius * 1.35, x + radius * 1.1, y + radius * 1.2]
    ImageDraw.Draw(hair).pieslice(crown, int(rng.integers(120, 200)), int(rng.integers(340, 420)), fill=255)
    lay(rng, layer, hair, Image.new("RGB", size, artwork.hsv(rng.uniform(0.02, 0.12), rng.uniform(0.1, 0.8), rng.uniform(0.05, 0.7))))
    lay(rng, layer, body, cloth(rng, w, h))
    return layer
