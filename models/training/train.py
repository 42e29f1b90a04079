#!/usr/bin/env python3
"""Makes the product detector from the two data folders: scenes, training, evaluation, export, parity check.

    python3 models/training/train.py --data DIR --out models/product-detector
"""

import argparse
import json
import os
import sys
import tempfile

APT_LINE = "apt-get install --no-install-recommends python3-torch python3-numpy python3-pil python3-onnx libopenblas0-openmp fonts-dejavu-core"
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
try:
    import numpy
    import onnx
    import PIL
    import torch
except ImportError as error:
    sys.exit("%s; on Debian: %s (and use /usr/bin/python3)" % (error, APT_LINE))

import dataset
import evaluate
import export
import fit
import scenes

VERSION = "0.3.0"
# A photograph with this many items looks like a shelf; fewer are mostly close-ups of one item.
CROWDED = 4
SIZES = {
    "full": {
        "train_scenes": 3200, "val_scenes": 120, "test_scenes": 300, "train_near": 600, "val_near": 50, "test_near": 100,
        "train_bank": 900, "val_bank": 300, "test_bank": 400,
        "iterations": 4500, "decay_from": 3400, "batch": 16, "photographs": None,
    },
    "smoke": {
        "train_scenes": 48, "val_scenes": 12, "test_scenes": 12, "train_near": 12, "val_near": 6, "test_near": 6,
        "train_bank": 40, "val_bank": 20, "test_bank": 20,
        "iterations": 16, "decay_from": 10, "batch": 8, "photographs": 30,
    },
}


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder that holds grocery-store/ and beverage/")
    parser.add_argument("--out", required=True, help="folder of the shipped model, for instance models/product-detector")
    parser.add_argument("--work", help="folder for scenes and checkpoints (a temporary one by default; about 2 GB)")
    parser.add_argument("--smoke", action="store_true", help="run the whole chain on tiny settings; the result is no usable model")
    stages = ["scenes", "fit", "finish", "all"]
    parser.add_argument("--stage", choices=stages, default="all", help="finish = evaluate and export the checkpoint in --work")
    parser.add_argument("--processes", type=int, default=1, help="processes that draw scenes")
    parser.add_argument("--iterations", type=int, help="training steps instead of the preset")
    parser.add_argument("--decay-from", type=int, help="step from which the learning rate falls, instead of the preset")
    parser.add_argument("--start", help="weights to begin from (.npz or a checkpoint) instead of random ones")
    parser.add_argument("--start-share", type=float, default=0, help="share of those weights in the mean that is exported")
    parser.add_argument("--stop-at", type=int, help="end at this step, though the rate has not fallen to its end")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --work")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--real-share", type=float, default=0.5, help="share of real photographs in a batch")
    chosen = parser.parse_args()
    preset = SIZES["smoke" if chosen.smoke else "full"]
    for name, value in preset.items():
        if getattr(chosen, name, None) is None:
            setattr(chosen, name, value)
    for part in ("grocery-store", "beverage"):
        if not os.path.isdir(os.path.join(chosen.data, part)):
            parser.error("no folder %s in %s" % (part, chosen.data))
    return chosen


def draw_scenes(chosen):
    """Training scenes, and validation and test scenes of other packages and other catalogue cartons."""
    for seed, name in enumerate(("train", "val", "test"), 1):
        count, bank, held_out = getattr(chosen, name + "_scenes"), getattr(chosen, name + "_bank"), name != "train"
        print("scenes: %s, %d" % (name, count), flush=True)
        dataset.make_scenes(chosen.work, name, count, seed, chosen.data, held_out, bank, chosen.processes)
        near = getattr(chosen, name + "_near")
        dataset.make_scenes(chosen.work, "near-" + name, near, seed + 3, chosen.data, held_out, bank, chosen.processes, near=True)


def measure(chosen, model):
    """Threshold from validation (one for both classes), figures from the test sets."""
    drawn = [dataset.Scenes(chosen.work, name) for name in ("val", "near-val")]
    validation = [*drawn, dataset.Beverages(chosen.data, "val", chosen.photographs)]
    outcomes = [evaluate.run_set(model, source) for source in validation]
    threshold = evaluate.choose_threshold(outcomes)
    figures = {"threshold": threshold, "personShift": evaluate.align_person(model, *outcomes[0], threshold)}
    for part, prefix in (("test", "synthetic"), ("near-test", "near")):
        synthetic = dataset.Scenes(chosen.work, part)
        found, truths = evaluate.run_set(model, synthetic)
        for label, name in ((scenes.PRODUCT, "product"), (scenes.PERSON, "person")):
            figures["%s-%s" % (prefix, name)] = evaluate.report(synthetic.sources, found, truths, label, threshold)
    real = dataset.Beverages(chosen.data, "test", chosen.photographs)
    found, truths = evaluate.run_set(model, real)
    figures["photographs-product"] = evaluate.report(real.sources, found, truths, scenes.PRODUCT, threshold)
    crowded = [i for i, boxes in enumerate(truths) if len(boxes) >= CROWDED]
    if crowded:
        parts = ([sequence[i] for i in crowded] for sequence in (real.sources, found, truths))
        figures["photographs-crowded-product"] = evaluate.report(*parts, scenes.PRODUCT, threshold)
    return figures


def finish(chosen):
    """Evaluate the checkpoint, write what ships, check it in onnxruntime-node."""
    model = evaluate.load(os.path.join(chosen.work, "checkpoint.pt"))
    figures = measure(chosen, model)
    with open(os.path.join(chosen.work, "training.json")) as file:
        figures["training"] = json.load(file)
    figures["onnxruntime-node"] = export.write_all(model, chosen.out, figures["threshold"], VERSION, chosen.data, chosen.work)
    export.write_json(os.path.join(chosen.out, "figures.json"), figures)
    print(json.dumps(figures, indent=2))


def main():
    chosen = options()
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    with tempfile.TemporaryDirectory() as scratch:
        chosen.work = chosen.work or scratch
        os.makedirs(chosen.work, exist_ok=True)
        if chosen.stage in ("scenes", "all"):
            draw_scenes(chosen)
        if chosen.stage in ("fit", "all"):
            real = dataset.Beverages(chosen.data, "train", chosen.photographs)
            plain, near = (dataset.Scenes(chosen.work, name) for name in ("train", "near-train"))
            _, training = fit.fit(plain, near, real, chosen, os.path.join(chosen.work, "checkpoint.pt"))
            training["versions"] = {"torch": torch.__version__, "numpy": numpy.__version__, "pillow": PIL.__version__, "onnx": onnx.__version__}
            with open(os.path.join(chosen.work, "training.json"), "w") as file:
                json.dump(training, file)
        if chosen.stage in ("finish", "all"):
            finish(chosen)


if __name__ == "__main__":
    main()
