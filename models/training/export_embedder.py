"""Write the embedder's model file, manifest and self-test pictures, and compare with onnxruntime-node."""

import hashlib
import json
import os
import subprocess

import numpy as np
import torch
from PIL import Image

import crops
import embedder
import export
import packages
import recognition_scores

OPSET = 15
HERE = os.path.dirname(os.path.abspath(__file__))
VERSION = "0.2.1"
# Pictures of our own: three drawn packages, each before two grounds.
SELF_TEST_SEED = 77
FAILURES_SEED, FAILURES_OF, FAILURES_SHOWN = 78, 60, 4


def self_test_pictures():
    rng = np.random.default_rng(SELF_TEST_SEED)
    bank, _ = packages.make_bank(SELF_TEST_SEED, 3, None)
    grounds = np.full((1, crops.STORED, crops.STORED, 3), 120, np.uint8)
    return [("self-test-%s%d.png" % ("abc"[i], turn + 1), Image.fromarray(crops.paste(rng, pack, grounds)).resize((embedder.SIDE,) * 2, Image.BILINEAR))
            for i, pack in enumerate(bank) for turn in range(2)]


def write_failures(shipped, folder):
    """Of drawn packages that training never saw, those that come out worst: as seen, their reference, and the likest other one."""
    rng = np.random.default_rng(FAILURES_SEED)
    bank, _ = packages.make_bank(FAILURES_SEED, FAILURES_OF, None)
    grounds = np.full((1, crops.STORED, crops.STORED, 3), 120, np.uint8)
    references = [crops.on_plain(pack) for pack in bank]
    seen = [crops.paste(rng, pack, grounds) for pack in bank]
    similarity = recognition_scores.embed(shipped, seen) @ recognition_scores.embed(shipped, references).T
    own = similarity.diagonal().copy()
    np.fill_diagonal(similarity, -1)
    worst = np.argsort(own - similarity.max(1))[:FAILURES_SHOWN]
    rows = [np.concatenate([seen[i], references[i], references[int(similarity[i].argmax())]], 1) for i in worst]
    os.makedirs(os.path.join(folder, "pictures"), exist_ok=True)
    Image.fromarray(np.concatenate(rows)).save(os.path.join(folder, "pictures", "failures.jpg"), quality=82)
    return {"packages": len(bank), "rightFromOnePicture": round(float((own > similarity.max(1)).mean()), 3)}


def write_all(shipped, folder, scores):
    path = os.path.join(folder, "model.onnx")
    sample = torch.zeros(2, embedder.SIDE, embedder.SIDE, 3, dtype=torch.uint8)
    axes = {"image": {0: "crops"}, "embedding": {0: "crops"}}
    torch.onnx.export(shipped.cpu().eval(), sample, path, opset_version=OPSET, input_names=["image"], output_names=["embedding"], dynamic_axes=axes)
    pictures = self_test_pictures()
    for name, image in pictures:
        image.save(os.path.join(folder, name), optimize=True)
    pixels = np.stack([np.asarray(image) for _, image in pictures])
    with torch.no_grad():
        vectors = shipped(torch.from_numpy(pixels)).numpy()
    manifest = {
        "name": "product-embedder", "version": VERSION, "family": "tallygate-embedder", "file": "model.onnx",
        "sha256": hashlib.sha256(open(path, "rb").read()).hexdigest(), "opset": OPSET,
        "input": {"name": "image", "width": embedder.SIDE, "height": embedder.SIDE, "layout": "nhwc", "type": "uint8", "color": "rgb", "resize": "stretch"},
        "output": {"name": "embedding", "numbers": embedder.NUMBERS},
        "thresholds": {"similarity": scores["enrolled"]["similarityMin"], "margin": scores["enrolled"]["marginMin"]},
        "selfTest": [{"picture": name, "embedding": [round(float(v), 5) for v in vector]} for (name, _), vector in zip(pictures, vectors)],
    }
    export.write_json(os.path.join(folder, "manifest.json"), manifest)
    print(json.dumps({"drawn": write_failures(shipped, folder)}))
    print(parity(path, folder, pixels, vectors))


def parity(path, folder, pixels, vectors):
    work = os.path.join(folder, "parity")
    os.makedirs(work, exist_ok=True)
    pixels.tofile(os.path.join(work, "pixels.bin"))
    vectors.astype(np.float32).tofile(os.path.join(work, "vectors.bin"))
    done = subprocess.run(["node", os.path.join(HERE, "parity_embedder.mjs"), path, work], capture_output=True, text=True)
    for name in os.listdir(work):
        os.remove(os.path.join(work, name))
    os.rmdir(work)
    if done.returncode != 0:
        raise SystemExit("parity check failed:\n" + done.stdout + done.stderr)
    return json.dumps(json.loads(done.stdout))
