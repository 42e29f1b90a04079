"""The training loop: SGD with a level and then falling rate, a moving average of the weights, deterministic for one thread."""

import copy
import os
import time

import numpy as np
import torch

import dataset
import loss
import network

# Every other step sees a 320-pixel window, which costs 0.6 of a whole picture; the falling end of the run whole pictures only.
WINDOW_SIDE = 320
# Near views join when the plain shelves are learnt; then this share of the drawn pictures are such.
NEAR_FROM, NEAR_SHARE = 900, 0.4
PEAK_RATE, WARM_UP, WEIGHT_DECAY, AVERAGE = 0.015, 60, 5e-4, 0.998
# The rate stays at its peak until `decay_from`, then falls in a straight line to this share of it.
LAST_RATE = 0.01


def optimiser(model):
    decayed = [p for p in model.parameters() if p.ndim > 1]
    free = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": free, "weight_decay": 0.0}]
    return torch.optim.SGD(groups, lr=PEAK_RATE, momentum=0.9, nesterov=True)


def update_average(average, model, step):
    keep = min(AVERAGE, (1 + step) / (10 + step))
    with torch.no_grad():
        for kept, new in zip(average.state_dict().values(), model.state_dict().values()):
            if kept.dtype.is_floating_point:
                kept.mul_(keep).add_(new, alpha=1 - keep)
            else:
                kept.copy_(new)


def save(average, model, steps, step, path):
    """Written beside and renamed, so that a run cut short leaves the checkpoint before."""
    state = {"step": step, "weights": average.state_dict(), "model": model.state_dict(), "optimiser": steps.state_dict()}
    torch.save(state, path + ".part")
    os.replace(path + ".part", path)


def load_into(model, path):
    """Put the averaged weights of a checkpoint (.pt) or a start file (.npz, half precision) into the model; returns the step it was saved at."""
    if path.endswith(".npz"):
        stored = np.load(path)
        weights = {name: torch.from_numpy(stored[name].astype(np.float32) if stored[name].dtype == np.float16 else stored[name]) for name in stored.files}
        model.load_state_dict(weights)
        return 0
    saved = torch.load(path, map_location="cpu")
    model.load_state_dict(saved["weights"])
    return saved["step"]


def rate_at(step, settings):
    """Warm-up, a level stretch, a straight fall. Depends on the step alone, so a run cut short goes on as if it never was."""
    left = (settings.iterations - step) / max(1, settings.iterations - settings.decay_from)
    return PEAK_RATE * min((step + 1) / WARM_UP, max(LAST_RATE, min(1.0, left)))


def train_step(model, steps, material, step, settings):
    """One batch; returns its two losses."""
    plain, near, real = material
    side = WINDOW_SIDE if step % 2 == 0 and step < settings.decay_from else dataset.SIDE
    model.set_side(side)
    near_share = NEAR_SHARE if step >= NEAR_FROM or settings.start else 0
    rng = np.random.default_rng((settings.seed, step))
    pictures, boxes, people = dataset.batch(rng, (plain, near, near_share), real, settings.batch, settings.real_share, side)
    device = model.scores.bias.device
    x = torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float().div_(255).contiguous(memory_format=torch.channels_last)
    logits, predicted = model(x)
    targets = [torch.from_numpy(b).to(device) for b in boxes]
    classify, locate = loss.detection_loss(logits, predicted, targets, people, model.points, model.strides)
    steps.zero_grad(set_to_none=True)
    (classify + locate).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 10)
    steps.step()
    return float(classify.detach()), float(locate.detach())


def fit(plain, near, real, settings, checkpoint, log=print):
    """Train and return the averaged model. settings: iterations, decay_from, batch, seed, real_share, start, resume.

    start names weights to begin from; resume goes on from the checkpoint of a run that was cut short.
    """
    torch.manual_seed(settings.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = network.Detector()
    if settings.start:
        load_into(model, settings.start)
    model = model.to(device, memory_format=torch.channels_last)
    steps, average, first = optimiser(model), copy.deepcopy(model), 0
    if settings.resume and os.path.exists(checkpoint):
        saved = torch.load(checkpoint, map_location=device)
        first = load_into(average, checkpoint)
        model.load_state_dict(saved["model"])
        steps.load_state_dict(saved["optimiser"])
    start, cpu, sums = time.time(), time.process_time(), []
    last = settings.stop_at or settings.iterations
    for step in range(first, last):
        for group in steps.param_groups:
            group["lr"] = rate_at(step, settings)
        sums.append(train_step(model, steps, (plain, near, real), step, settings))
        update_average(average, model, step)
        if (step + 1) % 25 == 0:
            means = np.mean(sums[-25:], 0)
            spent = time.process_time() - cpu
            log("step %d  score loss %.3f  box loss %.3f  %.1f pictures per CPU second  %.0f s" % (
                step + 1, *means, len(sums) * settings.batch / spent, time.time() - start), flush=True)
        if (step + 1) % 50 == 0:
            save(average, model, steps, step + 1, checkpoint)
    if settings.start_share:
        blend_start(average, settings)
    save(average, model, steps, last, checkpoint)
    return average.eval(), {"iterations": last, "cpuSeconds": round(time.process_time() - cpu)}


def blend_start(average, settings):
    """Mean with the weights begun from: keeps what they knew of drawn shelves, for little of what photographs taught."""
    begun = copy.deepcopy(average)
    load_into(begun, settings.start)
    with torch.no_grad():
        for kept, old in zip(average.state_dict().values(), begun.state_dict().values()):
            if kept.dtype.is_floating_point:
                kept.lerp_(old, settings.start_share)
