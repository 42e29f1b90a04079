"""Which grid points answer for which box, and what a wrong answer costs."""

import torch
import torch.nn.functional as F

import scenes

# Longest side, in pixels, up to which a level is responsible.
LEVEL_LIMITS = (72.0, 160.0, 1e9)
RADIUS = {8.0: 1.5, 16.0: 1.5, 32.0: 2.0}
# People are one object among twenty and never more than a few grid points: without weight they are learnt last.
PERSON_WEIGHT = 3.0
# Photographs carry no label for people: on their labelled products there is surely none, elsewhere there may be a hand.
UNLABELLED_WEIGHT = 0.1


def assign(boxes, points, strides):
    """For one picture: index of the responsible box per point (-1 none) and a mask of ignored points."""
    count = len(points)
    if len(boxes) == 0:
        return torch.full((count,), -1), torch.zeros(count, dtype=torch.bool)
    x, y = points[:, 0, None], points[:, 1, None]
    inside = (x > boxes[:, 0]) & (x < boxes[:, 2]) & (y > boxes[:, 1]) & (y < boxes[:, 3])
    ignored = (inside & (boxes[:, 4] == scenes.IGNORE)).any(1)
    sides = boxes[:, 2:4] - boxes[:, :2]
    longest = sides.max(1).values
    level = (longest[:, None] >= torch.tensor(LEVEL_LIMITS, device=boxes.device)).sum(1)
    stride = 8.0 * 2.0 ** level
    centre = (boxes[:, :2] + boxes[:, 2:4]) / 2
    distance = torch.maximum((x - centre[:, 0]).abs(), (y - centre[:, 1]).abs())
    here = strides[:, None] == stride
    nearest = torch.where(here, distance, torch.full_like(distance, 1e9)).argmin(0)
    radius = torch.tensor(list(RADIUS.values()), device=boxes.device)[level]
    candidate = here & inside & (distance < radius * stride)
    candidate[nearest, torch.arange(len(boxes))] = True
    candidate &= boxes[:, 4] != scenes.IGNORE
    area = torch.where(candidate, sides.prod(1).expand(count, -1), torch.full((1,), 1e12))
    smallest, chosen = area.min(1)
    chosen = torch.where(smallest < 1e12, chosen, torch.full_like(chosen, -1))
    return chosen, ignored & (chosen < 0)


def overlaps(a, b):
    """IoU and generalised IoU of paired corner boxes."""
    cross = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(0).prod(1)
    union = (a[:, 2:] - a[:, :2]).clamp(0).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - cross
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1)
    iou = cross / union.clamp(1e-6)
    return iou, iou - (hull - union) / hull.clamp(1e-6)


def inside_any(boxes, points):
    """Mask of the points that lie within some box."""
    x, y = points[:, 0, None], points[:, 1, None]
    return ((x > boxes[:, 0]) & (x < boxes[:, 2]) & (y > boxes[:, 1]) & (y < boxes[:, 3])).any(1)


def matched(predicted, targets, points, strides):
    """All pictures: rows (picture, point, class) of positives, their predicted and true boxes, and the ignored points."""
    rows, guesses, truths, ignored = [], [], [], []
    for i, boxes in enumerate(targets):
        chosen, left_out = assign(boxes, points, strides)
        positive = torch.nonzero(chosen >= 0).flatten()
        owner = boxes[chosen[positive]]
        rows.append(torch.stack([torch.full_like(positive, i), positive, owner[:, 4].long()], 1))
        guesses.append(predicted[i, positive])
        truths.append(owner[:, :4])
        ignored.append(left_out)
    return torch.cat(rows), torch.cat(guesses), torch.cat(truths), torch.stack(ignored)


def detection_loss(logits, predicted, targets, people_labelled, points, strides):
    """Quality focal loss (the target of a point is its IoU) plus twice the GIoU loss.

    A picture counts by the root of its positive points, so that one large item is not drowned by a hundred small ones.
    """
    rows, guesses, truths, ignored = matched(predicted, targets, points, strides)
    covered = torch.stack([inside_any(boxes, points) for boxes in targets])
    picture, point, label = rows.T
    per_picture = torch.bincount(picture, minlength=len(targets)).clamp(1).float().rsqrt()
    weight = per_picture[:, None, None].expand_as(logits).clone()
    weight[ignored] = 0
    unlabelled = ~torch.tensor(people_labelled, device=logits.device)
    weight[unlabelled, :, scenes.PERSON] *= torch.where(covered[unlabelled], torch.tensor(1.0), torch.tensor(UNLABELLED_WEIGHT))
    positive = per_picture[picture] * torch.where(label == scenes.PERSON, torch.tensor(PERSON_WEIGHT), torch.tensor(1.0))
    weight[picture, point, label] = positive
    iou, giou = overlaps(guesses, truths)
    quality = torch.zeros_like(logits)
    quality[picture, point, label] = iou.detach().clamp(0.05, 1)
    focus = (logits.sigmoid() - quality).abs().pow(2)
    total = positive.sum().clamp(1e-3)
    classify = (F.binary_cross_entropy_with_logits(logits, quality, reduction="none") * focus * weight).sum() / total
    return classify, 2 * ((1 - giou) * positive).sum() / total
