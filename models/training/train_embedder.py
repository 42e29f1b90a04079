#!/usr/bin/env python3
"""Makes the product embedder: training, measurement on products never seen, export, parity with onnxruntime-node.

    python3 models/training/train_embedder.py --data DIR --out models/product-embedder
"""

import argparse
import copy
import json
import math
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
import numpy as np
import torch
import torch.nn.functional as F

import crops
import embedder
import packages
import recognition_scores

FULL = {"iterations": 3600, "drawn": 240, "photographs": None}
SMOKE = {"iterations": 6, "drawn": 6, "photographs": 200}
# Of a batch: photographs, catalogue pictures pasted before a shop, drawn packages likewise.
BATCH = 44, 7, 13
LEARNING_RATE, WARM_UP, EMA = 0.1, 120, 0.998


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder that holds grocery-store/")
    parser.add_argument("--out", required=True, help="folder of the shipped model")
    parser.add_argument("--smoke", action="store_true", help="the whole chain on tiny settings; no usable model")
    parser.add_argument("--wall-minutes", type=float, default=0, help="the learning-rate cosine ends after M minutes at the latest")
    parser.add_argument("--iterations", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--checkpoint", help="write the state after training here; measure and export it when it exists")
    chosen = parser.parse_args()
    for name, value in (SMOKE if chosen.smoke else FULL).items():
        if getattr(chosen, name, None) is None:
            setattr(chosen, name, value)
    return chosen


class Material:
    """Draws mixed batches; the held-out classes appear nowhere in it."""

    def __init__(self, chosen, rng):
        self.rng = rng
        self.photographs = crops.Photographs(chosen.data, ["train.txt"], lambda n: not crops.is_held_out(n))
        if chosen.photographs:
            keep = rng.permutation(len(self.photographs.classes))[: chosen.photographs]
            self.photographs.pictures, self.photographs.classes = self.photographs.pictures[keep], self.photographs.classes[keep]
        known = sorted(n for n in range(81) if not crops.is_held_out(n))
        self.label = {number: i for i, number in enumerate(known)}
        packs = crops.catalogue(chosen.data)
        self.catalogue = [packs[number][0] for number in known]
        # Cartons have the artwork that new products will have: each comes up three times.
        self.shots = [i for i, number in enumerate(known) for _ in range(3 if packs[number][1] else 1)]
        self.drawn, _ = packages.make_bank(chosen.seed, chosen.drawn, None)
        self.classes = len(known) + len(self.drawn)
        self.order = []

    def batch(self):
        photographs, shots, drawn = BATCH
        if len(self.order) < photographs:
            self.order = list(self.rng.permutation(len(self.photographs.classes)))
        taken, self.order = self.order[:photographs], self.order[photographs:]
        grounds = self.photographs.pictures
        pictures = [grounds[i] for i in taken]
        labels = [self.label[int(self.photographs.classes[i])] for i in taken]
        for i in self.rng.choice(self.shots, shots):
            pictures.append(crops.paste(self.rng, self.catalogue[i], grounds))
            labels.append(int(i))
        for i in self.rng.integers(0, len(self.drawn), drawn):
            pictures.append(crops.paste(self.rng, self.drawn[i], grounds))
            labels.append(len(self.catalogue) + int(i))
        return crops.augment(self.rng, np.stack(pictures), embedder.SIDE), torch.tensor(labels)


def mixed(rng, x, targets):
    """Half of the batches: MixUp or CutMix with the batch in another order."""
    if rng.random() < 0.5:
        return x, targets
    other, share = torch.from_numpy(rng.permutation(len(x))), rng.beta(0.6, 0.6)
    if rng.random() < 0.5:
        return share * x + (1 - share) * x[other], share * targets + (1 - share) * targets[other]
    side = x.shape[-1]
    w = int(side * math.sqrt(1 - share))
    left, top = rng.integers(0, side - w + 1, 2)
    x = x.clone()
    x[:, :, top:top + w, left:left + w] = x[other][:, :, top:top + w, left:left + w]
    share = 1 - w * w / side / side
    return x, share * targets + (1 - share) * targets[other]


def fit(chosen, rng):
    material = Material(chosen, rng)
    model = embedder.Embedder(material.classes).to(memory_format=torch.channels_last)
    average = copy.deepcopy(model).eval()
    plain = [p for p in model.parameters() if p.ndim < 2]
    weights = [p for p in model.parameters() if p.ndim >= 2]
    groups = [{"params": weights, "weight_decay": 5e-4}, {"params": plain, "weight_decay": 0.0}]
    optimiser = torch.optim.SGD(groups, lr=LEARNING_RATE, momentum=0.9, nesterov=True)
    started = time.time()
    model.train()
    iteration, progress = 0, 0.0
    while progress < 1:
        elapsed = (time.time() - started) / (chosen.wall_minutes * 60) if chosen.wall_minutes else 0
        progress = max((iteration + 1) / chosen.iterations, elapsed)
        rate = LEARNING_RATE * min(1, (iteration + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * min(1, progress)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        x, labels = material.batch()
        targets = F.one_hot(labels, material.classes).float() * 0.9 + 0.1 / material.classes
        x, targets = mixed(rng, x, targets)
        logits = model(x.contiguous(memory_format=torch.channels_last))
        loss = -(targets * logits.log_softmax(1)).sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        keep = min(EMA, (1 + iteration) / (10 + iteration))
        with torch.no_grad():
            for ours, theirs in zip(average.state_dict().values(), model.state_dict().values()):
                ours.lerp_(theirs, 1 - keep) if ours.is_floating_point() else ours.copy_(theirs)
        iteration += 1
        if iteration % 50 == 0:
            print("iteration %d progress %.3f loss %.3f cpu %.0f s wall %.0f s" % (
                iteration, progress, loss.item(), time.process_time(), time.time() - started), flush=True)
    return average, {"iterations": iteration, "cpuSeconds": round(time.process_time()), "wallSeconds": round(time.time() - started)}


def main():
    chosen = options()
    torch.manual_seed(chosen.seed)
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    rng = np.random.default_rng(chosen.seed)
    if chosen.checkpoint and os.path.exists(chosen.checkpoint):
        stored = torch.load(chosen.checkpoint)
        model, cost = embedder.Embedder(stored["classes"]), stored["cost"]
        model.load_state_dict(stored["model"])
        model.eval()
    else:
        model, cost = fit(chosen, rng)
        if chosen.checkpoint:
            torch.save({"model": model.state_dict(), "classes": model.classify.out_features, "cost": cost}, chosen.checkpoint)
    shipped = embedder.ShippedEmbedder(model).eval()
    os.makedirs(chosen.out, exist_ok=True)
    scores = recognition_scores.measure(shipped, chosen.data)
    print(json.dumps({"cost": cost, "scores": scores}, indent=2), flush=True)
    import export_embedder
    export_embedder.write_all(shipped, chosen.out, scores)


if __name__ == "__main__":
    sys.exit(main())
