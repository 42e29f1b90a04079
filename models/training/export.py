"""Write the model file, its self-test picture and its manifest, and check the file against this library's output."""

import hashlib
import json
import os
import re
import shutil
import subprocess

import numpy as np
import torch
from PIL import Image, ImageDraw

import artwork
import compose
import evaluate
import packages
import scenes
import sets

OPSET = 15
HERE = os.path.dirname(os.path.abspath(__file__))
COLOURS = {scenes.PRODUCT: (0, 200, 0), scenes.PERSON: (220, 0, 0)}
LABELS = ["product", "person"]
SELF_TEST_SEED = 57
DEMO_SEEDS = {"shelf": 30, "arm": 36}
# Of these drawn pictures the one with the most mistakes is shown on the card.
FAILURE_SEEDS = {"failure-held": ("held", range(40, 52)), "failure-tilted": ("tilted", range(60, 72))}


def write_json(path, value):
    """Indented, with lists of numbers on one line."""
    text = json.dumps(value, indent=2)
    text = re.sub(r"\[\s+([-\d.,\s]+?)\s+\]", lambda found: "[" + re.sub(r"\s+", " ", found.group(1)) + "]", text)
    with open(path, "w") as file:
        file.write(text + "\n")


def write_onnx(shipped, path):
    import onnx  # only the checker needs it

    side = shipped.side
    shipped.detector.set_side(side)
    sample = torch.zeros(1, side, side, 3, dtype=torch.uint8)
    torch.onnx.export(shipped.cpu().eval(), sample, path, opset_version=OPSET, input_names=["image"], output_names=["boxes", "scores"])
    onnx.checker.check_model(onnx.load(path))


def demo_picture(seed, style="store", size=(960, 720)):
    """A drawn picture without any catalogue picture in it, and its boxes."""
    rng = np.random.default_rng(seed)
    bank = packages.make_bank(900 + seed, 60, None)
    canvas_picture, boxes = compose.render(rng, bank, artwork.font_files(), style=style, size=size)
    return canvas_picture, boxes


def detect_in_picture(shipped, image, threshold):
    """Detections in the picture's own pixels."""
    square, _, _ = compose.letterbox(image, np.zeros((0, 5), np.float32))
    found = evaluate.detect(shipped, square, threshold)
    found[:, :4] *= max(image.size) / compose.SIDE
    return found


def mistakes(found, boxes):
    """True boxes that nothing covers by half, and detections that cover nothing so."""
    count = 0
    for label in (scenes.PRODUCT, scenes.PERSON):
        _, hits, there = evaluate.match(found, boxes, label, 0.5)
        count += there - hits.sum() + (~hits).sum()
    return count


def write_pictures(shipped, folder, threshold):
    """Drawn pictures with what the detector says about them, for the model card: two plain ones and its worst near views."""
    os.makedirs(os.path.join(folder, "pictures"), exist_ok=True)
    shown = {name: demo_picture(seed) for name, seed in DEMO_SEEDS.items()}
    for name, (style, seeds) in FAILURE_SEEDS.items():
        tried = [demo_picture(seed, style) for seed in seeds]
        shown[name] = max(tried, key=lambda one: mistakes(detect_in_picture(shipped, one[0], threshold), one[1]))
    for name, (image, _) in shown.items():
        found = detect_in_picture(shipped, image, threshold)
        draw = ImageDraw.Draw(image)
        for row in found:
            draw.rectangle([float(v) for v in row[:4]], outline=COLOURS[int(row[4])], width=3)
        image.resize((640, 480), Image.LANCZOS).save(os.path.join(folder, "pictures", name + ".jpg"), quality=82)


def write_self_test(shipped, folder, threshold):
    """Save self-test.jpg and return the boxes which a right caller must find: drawn truth that the model finds with some room."""
    path = os.path.join(folder, "self-test.jpg")
    image, boxes = demo_picture(SELF_TEST_SEED)
    image.save(path, quality=90)
    found = detect_in_picture(shipped, Image.open(path).convert("RGB"), threshold + 0.1)
    expected = []
    for box in boxes[boxes[:, 4] != scenes.IGNORE]:
        same = found[found[:, 4] == box[4]]
        if len(same) and evaluate.iou_matrix(box[None], same)[0].max() >= 0.65:
            x0, y0, x1, y1 = (int(round(float(v))) for v in box[:4])
            expected.append({"label": LABELS[int(box[4])], "box": [x0, y0, x1 - x0, y1 - y0]})
    return expected


def manifest(folder, threshold, expected, version):
    with open(os.path.join(folder, "model.onnx"), "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    side = compose.SIDE
    return {
        "name": "product-detector", "version": version, "family": "tallygate-dense", "file": "model.onnx", "sha256": digest, "opset": OPSET,
        "input": {
            "name": "image", "width": side, "height": side, "layout": "nhwc", "type": "uint8", "color": "rgb",
            "resize": "letterbox-top-left", "pad": compose.PAD,
        },
        "outputs": {"boxes": "boxes", "scores": "scores"}, "labels": LABELS,
        "closeUps": evaluate.CLOSE_UPS, "boxVotes": evaluate.BOX_VOTES,
        "thresholds": {"score": threshold, "nmsIou": evaluate.NMS_IOU},
        "selfTest": {"picture": "self-test.jpg", "expect": expected, "minIou": 0.5},
    }


def people_recall(folder, labelled):
    """What the product's own command measures: which share of people it would black out, on a set or on rendered arms."""
    root = os.path.dirname(os.path.dirname(HERE))
    command = ["node", "--import", "tsx", os.path.join(root, "gateway", "cli", "main.ts"), "models", "people", os.path.abspath(folder), *labelled, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root)
    if done.returncode != 0:
        raise SystemExit("the people's pixels cannot be measured:\n" + done.stderr)
    return json.loads(done.stdout)


def measure_people(folder, data, work):
    """The weaker of rendered arms and real hands: the manifest may not promise more than the worst that is known."""
    hands = os.path.join(os.path.abspath(work), "hands")
    sets.write_hands(data, hands)
    drawn, real = people_recall(folder, []), people_recall(folder, [os.path.join(hands, "hands.json")])
    weaker = real if real["recall"] < drawn["recall"] else drawn
    name = "real hands (models/training/hands.json)" if weaker is real else weaker["set"]
    return {"personPixelRecall": int(weaker["recall"] * 1000) / 1000, "set": name, "pictures": weaker["pictures"]}


def parity(shipped, folder, work):
    """Largest differences of onnxruntime-node from torch on the self-test picture and on noise; None without node."""
    if shutil.which("node") is None:
        return None
    square, _, _ = compose.letterbox(Image.open(os.path.join(folder, "self-test.jpg")).convert("RGB"), np.zeros((0, 5), np.float32))
    noise = np.random.default_rng(3).integers(0, 256, (compose.SIDE, compose.SIDE, 3), dtype=np.uint8)
    pixels = np.stack([np.asarray(square), noise])
    with torch.no_grad():
        outputs = [shipped(torch.from_numpy(p)[None]) for p in pixels]
    pixels.tofile(os.path.join(work, "parity-pixels.bin"))
    for name, index in (("boxes", 0), ("scores", 1)):
        np.concatenate([o[index].numpy() for o in outputs]).astype(np.float32).tofile(os.path.join(work, "parity-%s.bin" % name))
    command = ["node", os.path.join(HERE, "parity.mjs"), os.path.join(folder, "model.onnx"), work]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit("parity check failed:\n" + done.stdout + done.stderr)
    return json.loads(done.stdout)


def write_all(shipped, folder, threshold, version, data, work):
    """Everything that ships, except the card; returns the parity figures."""
    os.makedirs(folder, exist_ok=True)
    write_onnx(shipped, os.path.join(folder, "model.onnx"))
    expected = write_self_test(shipped, folder, threshold)
    described = manifest(folder, threshold, expected, version)
    write_json(os.path.join(folder, "manifest.json"), described)
    if expected and shutil.which("node"):  # a smoke run finds nothing yet
        write_json(os.path.join(folder, "manifest.json"), {**described, "privacy": measure_people(folder, data, work)})
    write_pictures(shipped, folder, threshold)
    return parity(shipped, folder, work)
