"""What the embedder is worth: products never trained on, known products, and saying unknown."""

import numpy as np
import torch

import crops
import embedder

GALLERIES = 5  # draws of the five reference pictures; the mean is reported
PICTURES = 5
# Without a margin the likelier of two twins would be named; and a wrong name costs twice what a right one gains.
MARGIN_LEAST, WRONG_COSTS = 0.04, 2


def embed(shipped, pictures):
    from PIL import Image
    small = [np.asarray(Image.fromarray(p).resize((embedder.SIDE,) * 2, Image.BILINEAR)) for p in pictures]
    with torch.no_grad():
        parts = [shipped(torch.from_numpy(np.stack(small[i:i + 64]))) for i in range(0, len(small), 64)]
    return torch.cat(parts).numpy()


def interval(rng, hits):
    """95 % bootstrap interval over queries."""
    hits = np.asarray(hits, np.float64)
    means = np.sort([hits[rng.integers(0, len(hits), len(hits))].mean() for _ in range(1000)])
    return [round(float(means[25]), 3), round(float(means[974]), 3)]


def auroc(known, unknown):
    ranks = np.concatenate([known, unknown]).argsort().argsort()[: len(known)] + 1.0
    return float((ranks.sum() - len(known) * (len(known) + 1) / 2) / (len(known) * len(unknown)))


def split(rng, classes):
    """Indices of five reference pictures per class, and all others."""
    references = np.concatenate([rng.permutation(np.nonzero(classes == c)[0])[:PICTURES] for c in np.unique(classes)])
    return references, np.setdiff1d(np.arange(len(classes)), references)


def likeness(vectors, gallery, names):
    """Per query and product, as vision/recognition/gallery.ts: the mean of the likest picture's cosine and the middle's; and the products' numbers."""
    similarity, numbers = vectors @ gallery.T, np.unique(names)
    middles = np.stack([gallery[names == c].mean(0) for c in numbers])
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    return (np.stack([similarity[:, names == c].max(1) for c in numbers], 1) + vectors @ middles.T) / 2, numbers


def nearest(vectors, gallery, names):
    """Per query how like its best product it is."""
    return likeness(vectors, gallery, names)[0].max(1)


def top1(vectors, classes, gallery, gallery_classes):
    like, numbers = likeness(vectors, gallery, gallery_classes)
    return numbers[like.argmax(1)] == classes


def measure(shipped, data):
    rng = np.random.default_rng(7)
    packs = crops.catalogue(data)
    is_carton = lambda classes: np.array([packs[int(c)][1] for c in classes])
    new = crops.Photographs(data, ["train.txt", "val.txt"], crops.is_held_out)
    seen = crops.Photographs(data, ["train.txt"], lambda n: not crops.is_held_out(n))
    val = crops.Photographs(data, ["val.txt"], lambda n: not crops.is_held_out(n))
    v_new, v_seen, v_val = (embed(shipped, part.pictures) for part in (new, seen, val))
    numbers = np.unique(new.classes)
    v_shot = embed(shipped, [crops.on_plain(packs[int(c)][0]) for c in range(81)])
    report = {"newPhotographs": len(new.classes), "knownValPhotographs": len(val.classes)}

    five, five_carton, in_all = [], [], []
    for _ in range(GALLERIES):
        references, queries = split(rng, new.classes)
        hits = top1(v_new[queries], new.classes[queries], v_new[references], new.classes[references])
        five.append(hits)
        five_carton.append(hits[is_carton(new.classes[queries])])
        ours, _ = split(rng, seen.classes)
        gallery = np.concatenate([v_new[references], v_seen[ours]])
        names = np.concatenate([new.classes[references], seen.classes[ours]])
        in_all.append(top1(v_new[queries], new.classes[queries], gallery, names))
    report["new5of20"] = scored(rng, five)
    report["new5of20Cartons"] = scored(rng, five_carton)
    report["new5of81"] = scored(rng, in_all)
    hits = top1(v_new, new.classes, v_shot[numbers], numbers)
    report["newCatalogueOf20"] = scored(rng, [hits])
    cartons = is_carton(new.classes)
    report["newCatalogueOf20Cartons"] = scored(rng, [hits[cartons]])
    among_cartons = numbers[is_carton(numbers)]
    report["newCatalogueOf8Cartons"] = scored(rng, [top1(v_new[cartons], new.classes[cartons], v_shot[among_cartons], among_cartons)])

    # Pictures of one series look alike; across the two lists of the data set far fewer do.
    from_train = np.array([path.startswith("train/") for path in new.paths])
    apart, apart_cartons, apart_unknown = [], [], []
    for _ in range(GALLERIES):
        references, _ = split(rng, np.where(from_train, new.classes, -1))
        references = references[from_train[references]]
        queries = np.nonzero(~from_train)[0]
        hits = top1(v_new[queries], new.classes[queries], v_new[references], new.classes[references])
        apart.append(hits)
        apart_cartons.append(hits[is_carton(new.classes[queries])])
        half = new.classes % 8 == 1
        enrolled_half = references[half[references]]
        known = nearest(v_new[queries[half[queries]]], v_new[enrolled_half], new.classes[enrolled_half])
        unknown = nearest(v_new[queries[~half[queries]]], v_new[enrolled_half], new.classes[enrolled_half])
        apart_unknown.append(auroc(known, unknown))
    report["new5of20Apart"] = scored(rng, apart)
    report["new5of20ApartCartons"] = scored(rng, apart_cartons)
    report["aurocEnrolledApart"] = round(float(np.mean(apart_unknown)), 3)

    ours, _ = split(rng, seen.classes)
    known = nearest(v_val, v_seen[ours], seen.classes[ours])
    hits = top1(v_val, val.classes, v_seen[ours], seen.classes[ours])
    report["known5of61"] = scored(rng, [hits])
    report["known5of61Cartons"] = scored(rng, [hits[is_carton(val.classes)]])
    unknown = nearest(v_new, v_seen[ours], seen.classes[ours])
    report["aurocKnownAgainstNew"] = round(auroc(known, unknown), 3)
    report["aurocKnownAgainstNewCartons"] = round(auroc(known[is_carton(val.classes)], unknown[cartons]), 3)
    # The thresholds are chosen without the val list, on which they are judged below.
    report["enrolled"] = enrolled(rng, v_new[from_train], new.classes[from_train], is_carton)
    at = report["enrolled"]["similarityMin"], report["enrolled"]["marginMin"]
    references, _ = split(rng, np.where(from_train, new.classes, -1))
    references = references[from_train[references]]
    said = judged(v_new, new.classes, np.nonzero(~from_train)[0], references)
    named = accepted(said, *at)
    report["apartAtThresholds"] = {"right": round(float((named & said["right"]).mean()), 3), "wrong": round(float((named & ~said["right"]).mean()), 3)}
    return report


def enrolled(rng, vectors, classes, is_carton):
    """Half of the new products are enrolled, the other half is unknown; thresholds from one half, scores from the other."""
    halves = [np.isin(classes, [c for c in np.unique(classes) if c % 8 == rest]) for rest in (1, 5)]
    sides = []
    for known_half, unknown_half in (halves, halves[::-1]):
        references, queries = split(rng, np.where(known_half, classes, -1))
        references = references[classes[references] >= 0]
        references = np.array([i for i in references if known_half[i]])
        queries = np.nonzero(known_half)[0]
        queries = np.setdiff1d(queries, references)
        sides.append((judged(vectors, classes, queries, references), judged(vectors, classes, np.nonzero(unknown_half)[0], references)))
    (known, unknown), (known_b, unknown_b) = sides
    best = max(
        ((t1, t2) for t1 in np.arange(0.3, 0.95, 0.025) for t2 in np.arange(MARGIN_LEAST, 0.3, 0.02)),
        key=lambda t: (accepted(known, *t) & known["right"]).mean() - WRONG_COSTS * wrongly(known, unknown, *t),
    )
    return {
        "auroc": [round(auroc(k["similarity"], u["similarity"]), 3) for k, u in sides],
        "aurocCartons": [round(auroc(k["similarity"][is_carton(k["classes"])], u["similarity"][is_carton(u["classes"])]), 3) for k, u in sides],
        "similarityMin": round(float(best[0]), 3),
        "marginMin": round(float(best[1]), 3),
        "namedRight": round(float((accepted(known_b, *best) & known_b["right"]).mean()), 3),
        "namedWrong": round(float((accepted(known_b, *best) & ~known_b["right"]).mean()), 3),
        "unknownNamed": round(float(accepted(unknown_b, *best).mean()), 3),
    }


def judged(vectors, classes, queries, references):
    """Best SKU, its similarity and how far the best other SKU is behind."""
    per_class, numbers = likeness(vectors[queries], vectors[references], classes[references])
    order = np.sort(per_class, 1)
    best = numbers[per_class.argmax(1)]
    return {"similarity": order[:, -1], "margin": order[:, -1] - order[:, -2], "right": best == classes[queries], "classes": classes[queries]}


def accepted(side, similarity, margin):
    return (side["similarity"] >= similarity) & (side["margin"] >= margin)


def wrongly(known, unknown, similarity, margin):
    return ((accepted(known, similarity, margin) & ~known["right"]).mean() + accepted(unknown, similarity, margin).mean()) / 2


def scored(rng, draws):
    hits = np.concatenate(draws)
    return {"top1": round(float(np.mean([d.mean() for d in draws])), 3), "interval": interval(rng, hits if len(draws) == 1 else draws[0]), "queries": len(draws[0])}
