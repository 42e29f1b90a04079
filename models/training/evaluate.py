"""Scores of a detector on labelled pictures: AP50, AP75, best F1, count error, all with bootstrap intervals."""

import numpy as np
import torch
from PIL import Image

import compose
import fit
import network
import scenes

FLOOR, MOST = 0.05, 400
NMS_IOU = 0.5
# What the manifest tells the product to do, done here likewise (vision/close-up.ts, vision/box-votes.ts); chosen on validation photographs.
CLOSE_UPS = {"longSideMax": 140, "longSideAim": 90}
BOX_VOTES = {"iouMin": 0.6, "longSideMin": 70}
SURE, SHRINK_MIN = 0.4, 0.25
RESAMPLES = 300


def iou_matrix(a, b):
    cross = (np.minimum(a[:, None, 2:4], b[None, :, 2:4]) - np.maximum(a[:, None, :2], b[None, :, :2])).clip(0).prod(2)
    area = lambda boxes: (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return cross / np.maximum(area(a)[:, None] + area(b)[None] - cross, 1e-6)


def suppress(boxes, scores, limit=NMS_IOU):
    """Indices that greedy non-maximum suppression keeps, best first."""
    order = np.argsort(-scores, kind="stable")[:MOST]
    overlap = iou_matrix(boxes[order], boxes[order])
    kept, alive = [], np.ones(len(order), bool)
    for i in range(len(order)):
        if alive[i]:
            kept.append(order[i])
            alive &= overlap[i] <= limit
    return np.array(kept, int)


def look(model, picture, floor):
    """Boxes and scores of one look, those above the floor."""
    with torch.no_grad():
        boxes, scores = (t[0].cpu().numpy() for t in model(torch.from_numpy(np.array(picture))[None].to(next(model.parameters()).device)))
    some = (scores >= floor).any(1)
    return boxes[some], scores[some]


def voted(kept, boxes, scores):
    """The kept boxes, each the mean of all that cover it well where it is large; the squares of the scores weigh."""
    overlap = iou_matrix(boxes[kept], boxes) >= BOX_VOTES["iouMin"]
    large = (boxes[kept, 2:4] - boxes[kept, :2]).max(1) >= BOX_VOTES["longSideMin"]
    weight = overlap * scores[None] ** 2
    means = (weight @ boxes) / weight.sum(1, keepdims=True)
    return np.where(large[:, None], means, boxes[kept])


def settled(boxes, scores, floor):
    """Rows x0, y0, x1, y1, class, score: one per item."""
    rows = []
    for label in (scenes.PRODUCT, scenes.PERSON):
        chosen = np.flatnonzero(scores[:, label] >= floor)
        own, own_scores = boxes[chosen], scores[chosen, label]
        kept = suppress(own, own_scores)
        final = voted(kept, own, own_scores) if label == scenes.PRODUCT and len(kept) else own[kept]
        rows.append(np.concatenate([final, np.full((len(kept), 1), label), own_scores[kept, None]], 1))
    return np.concatenate(rows)


def shrunk(picture, scale):
    side = picture.shape[0]
    small = np.full_like(picture, compose.PAD)
    inner = round(side * scale)
    small[:inner, :inner] = np.asarray(Image.fromarray(picture).resize((inner, inner), Image.BOX))
    return small, inner / side


def detect(model, picture, floor=FLOOR):
    """Detections of one uint8 letterboxed picture, as the product makes them: a second, smaller look at what fills it."""
    picture = np.array(picture)
    boxes, scores = look(model, picture, floor)
    rows = settled(boxes, scores, floor)
    sure = rows[(rows[:, 4] == scenes.PRODUCT) & (rows[:, 5] >= SURE)]
    longest = np.sort((sure[:, 2:4] - sure[:, :2]).max(1)) if len(sure) else np.zeros(1)
    usual = longest[len(longest) // 2]
    if usual <= CLOSE_UPS["longSideMax"]:
        return rows
    small, scale = shrunk(picture, max(SHRINK_MIN, CLOSE_UPS["longSideAim"] / usual))
    more, more_scores = look(model, small, floor)
    return settled(np.concatenate([boxes, more / scale]), np.concatenate([scores, more_scores]), floor)


def match(found, truth, label, limit):
    """(scores, hit flags, number of true boxes); detections that only meet ignored boxes are left out."""
    found = found[found[:, 4] == label]
    found = found[np.argsort(-found[:, 5], kind="stable")]
    wanted, ignored = truth[truth[:, 4] == label], truth[truth[:, 4] == scenes.IGNORE]
    overlap = iou_matrix(found[:, :4], wanted[:, :4])
    beside = iou_matrix(found[:, :4], ignored[:, :4])
    taken, scores, hits = np.zeros(len(wanted), bool), [], []
    for i in range(len(found)):
        free = np.where(taken, 0, overlap[i]) if len(wanted) else np.zeros(0)
        best = int(free.argmax()) if len(free) else -1
        if best >= 0 and free[best] >= limit:
            taken[best] = True
            scores.append(found[i, 5])
            hits.append(True)
        elif not (len(ignored) and beside[i].max() >= 0.3):
            scores.append(found[i, 5])
            hits.append(False)
    return np.array(scores), np.array(hits, bool), len(wanted)


def curve(matches):
    """Precision, recall and score along falling score over many pictures."""
    scores, hits = np.concatenate([m[0] for m in matches]), np.concatenate([m[1] for m in matches])
    total = sum(m[2] for m in matches)
    order = np.argsort(-scores, kind="stable")
    good = np.cumsum(hits[order])
    return good / np.arange(1, len(good) + 1), good / max(1, total), scores[order]


def average_precision(matches):
    precision, recall, _ = curve(matches)
    if len(precision) == 0:
        return 0.0
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.r_[0, recall]) * envelope))


def best_f1(matches):
    """(F1, score threshold) at the best point of the curve."""
    precision, recall, scores = curve(matches)
    if len(precision) == 0:
        return 0.0, 0.5
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return float(f1.max()), float(scores[f1.argmax()])


def at_threshold(matches, threshold):
    """Precision, recall, F1 and mean absolute count error of the pictures."""
    good = sum(int(m[1][m[0] >= threshold].sum()) for m in matches)
    claimed = sum(int((m[0] >= threshold).sum()) for m in matches)
    total = sum(m[2] for m in matches)
    errors = [abs(int((m[0] >= threshold).sum()) - m[2]) for m in matches]
    return {"precision": good / max(1, claimed), "recall": good / max(1, total), "f1": 2 * good / max(1, claimed + total),
            "countError": float(np.mean(errors)), "truePerPicture": total / len(matches)}


def interval(sources, matches, statistic, seed=5):
    """95 % bootstrap interval; pictures made from one source are drawn together."""
    rng = np.random.default_rng(seed)
    groups = {}
    for source, m in zip(sources, matches):
        groups.setdefault(source, []).append(m)
    groups = list(groups.values())
    values = []
    for _ in range(RESAMPLES):
        drawn = [m for i in rng.integers(0, len(groups), len(groups)) for m in groups[i]]
        values.append(statistic(drawn))
    return [round(float(v), 3) for v in np.percentile(values, [2.5, 97.5])]


def report(sources, found, truths, label, threshold):
    """All figures of one class on one set, each as {value, interval}."""
    loose = [match(f, t, label, 0.5) for f, t in zip(found, truths)]
    tight = [match(f, t, label, 0.75) for f, t in zip(found, truths)]
    figures = {"pictures": len(truths), "boxes": sum(m[2] for m in loose)}
    statistics = {"ap50": (loose, average_precision), "ap75": (tight, average_precision), "bestF1": (loose, lambda m: best_f1(m)[0])}
    for name in ("precision", "recall", "countError"):
        statistics[name] = (loose, lambda m, name=name: at_threshold(m, threshold)[name])
    for name, (matches, statistic) in statistics.items():
        figures[name] = {"value": round(float(statistic(matches)), 3), "interval": interval(sources, matches, statistic)}
    figures["truePerPicture"] = round(at_threshold(loose, threshold)["truePerPicture"], 1)
    return figures


def run_set(model, source):
    """Detections and truths of every picture of a set."""
    items = [source.item(i) for i in range(len(source))]
    return [detect(model, picture) for picture, _, _ in items], [boxes for _, boxes, _ in items]


def choose_threshold(sets):
    """The score threshold with the best mean F1 over several validation sets (found, truths), products only."""
    matches = [[match(f, t, scenes.PRODUCT, 0.5) for f, t in zip(*pair)] for pair in sets]
    grid = np.arange(0.2, 0.7, 0.01)
    means = [np.mean([at_threshold(m, g)["f1"] for m in matches]) for g in grid]
    return round(float(grid[int(np.argmax(means))]), 2)


def align_person(model, found, truths, threshold):
    """Shift the person logit up until its own best threshold on validation falls on the products' one; never down: a person missed is worse."""
    _, best = best_f1([match(f, t, scenes.PERSON, 0.5) for f, t in zip(found, truths)])
    logit = lambda p: float(np.log(p / (1 - p)))
    shift = float(np.clip(logit(threshold) - logit(best), 0, 1.5))
    with torch.no_grad():
        model.detector.scores.bias[scenes.PERSON] += shift
    return round(shift, 3)


def load(path, side=416):
    detector = network.Detector()
    fit.load_into(detector, path)
    return network.Shipped(detector.eval(), side).eval()
