"""What a camera and a shop do to a picture: light, glare, blur, noise, exposure, JPEG."""

import io

import numpy as np
from PIL import Image, ImageFilter


def light_field(rng, w, h):
    """Smooth multiplicative light: a slope, lamp bands above each shelf, vignette."""
    y, x = np.mgrid[0:1:h * 1j, 0:1:w * 1j].astype(np.float32)
    field = 1 + rng.uniform(-0.25, 0.25) * (x - 0.5) + rng.uniform(-0.3, 0.3) * (y - 0.5)
    if rng.random() < 0.4:
        field = field - rng.uniform(0.1, 0.6) * ((x - 0.5) ** 2 + (y - 0.5) ** 2)
    return field


def glare(rng, pixels):
    """Reflections of lamps and windows in a glass door: pale streaks and spots."""
    h, w = pixels.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    for _ in range(rng.integers(1, 4)):
        if rng.random() < 0.6:
            angle, offset = rng.uniform(0, np.pi), rng.uniform(0.1, 0.9)
            distance = np.cos(angle) * (x - w * offset) + np.sin(angle) * (y - h * rng.uniform(0, 1))
            spot = np.exp(-((distance / (w * rng.uniform(0.01, 0.08))) ** 2))
        else:
            across = (x - w * rng.random()) / (w * rng.uniform(0.02, 0.12))
            down = (y - h * rng.random()) / (h * rng.uniform(0.02, 0.12))
            spot = np.exp(-(across ** 2 + down ** 2))
        pixels = pixels + (255 - pixels) * spot[..., None] * rng.uniform(0.15, 0.8)
    return pixels


def camera(rng, image, strength=1.0):
    """Light, colour cast, exposure, gamma, blur and noise on a PIL picture; strength 0 leaves it clean."""
    if strength == 0:
        return image
    if rng.random() < 0.35 * strength:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.6)))
    pixels = np.asarray(image, np.float32)
    h, w = pixels.shape[:2]
    if rng.random() < 0.7:
        pixels = pixels * light_field(rng, w, h)[..., None]
    if rng.random() < 0.15 * strength:
        pixels = glare(rng, pixels)
    pixels = pixels * rng.uniform(0.85, 1.15, 3).astype(np.float32) * rng.uniform(0.65, 1.35)
    pixels = 255 * (np.clip(pixels, 0, 255) / 255) ** rng.uniform(0.7, 1.4)
    if rng.random() < 0.5:
        pixels = pixels + rng.normal(0, rng.uniform(1, 9), pixels.shape).astype(np.float32)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def jpeg(rng, image, low=35, high=95):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=int(rng.integers(low, high)))
    return Image.open(buffer).convert("RGB")
