"""The training loop: SGD with a cosine, a moving average of the weights, deterministic for one thread."""

import copy
import math
import os
import time

import numpy as np
import torch

import dataset
import loss
import network

# Two thirds of the run see 320-pixel windows, which cost 0.6 of a whole picture; the rest sees whole pictures.
WINDOW_SIDE, WINDOW_SHARE = 320, 0.65
# Near views join when the plain shelves are learnt; then this share of the drawn pictures are such.
NEAR_FROM, NEAR_SHARE = 0.4, 0.35
PEAK_RATE, WARM_UP, WEIGHT_DECAY, AVERAGE = 0.02, 100, 5e-4, 0.998


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
    """Put a checkpoint's weights into the model; returns the step it was saved at."""
    saved = torch.load(path, map_location="cpu")
    model.load_state_dict(saved["weights"])
    return saved["step"]


def fit(synthetic, near, real, settings, checkpoint, log=print):
    """Train and return the averaged model. settings: iterations, batch, seed, real_share, wall_minutes (0 = none), resume.

    With wall_minutes the cosine follows whichever is further on, iterations or time, so that it always completes.
    resume names a checkpoint to go on from.
    """
    torch.manual_seed(settings.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = network.Detector().to(device, memory_format=torch.channels_last)
    steps = optimiser(model)
    first = load_into(model, settings.resume) if settings.resume else 0
    average = copy.deepcopy(model)
    if first:
        saved = torch.load(settings.resume, map_location=device)
        model.load_state_dict(saved["model"])
        steps.load_state_dict(saved["optimiser"])
    rng = np.random.default_rng(settings.seed + first)
    start, cpu, sums = time.time(), time.process_time(), []
    for step in range(first, settings.iterations):
        progress = step / settings.iterations
        if settings.wall_minutes:
            done = first / settings.iterations
            progress = max(progress, done + (1 - done) * (time.time() - start) / 60 / settings.wall_minutes)
        if progress >= 1:
            break
        rate = PEAK_RATE * min((step + 1) / WARM_UP, 0.005 + 0.995 * 0.5 * (1 + math.cos(math.pi * progress)))
        for group in steps.param_groups:
            group["lr"] = rate
        side = WINDOW_SIDE if progress < WINDOW_SHARE else dataset.SIDE
        model.set_side(side)
        drawn = synthetic, near, NEAR_SHARE if progress >= NEAR_FROM else 0
        pictures, boxes, people = dataset.batch(rng, drawn, real, settings.batch, settings.real_share, side)
        x = torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float().div_(255).contiguous(memory_format=torch.channels_last)
        logits, predicted = model(x)
        targets = [torch.from_numpy(b).to(device) for b in boxes]
        classify, locate = loss.detection_loss(logits, predicted, targets, people, model.points, model.strides)
        steps.zero_grad(set_to_none=True)
        (classify + locate).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10)
        steps.step()
        update_average(average, model, step)
        sums.append((float(classify.detach()), float(locate.detach())))
        if (step + 1) % 50 == 0:
            means = np.mean(sums[-50:], 0)
            spent = time.process_time() - cpu
            log("step %d  progress %.3f  score loss %.3f  box loss %.3f  %.1f pictures per CPU second  %.0f s" % (
                step + 1, progress, *means, len(sums) * settings.batch / spent, time.time() - start), flush=True)
        if (step + 1) % 150 == 0:
            save(average, model, steps, step + 1, checkpoint)
    save(average, model, steps, first + len(sums), checkpoint)
    return average.eval(), {"iterations": first + len(sums), "cpuSeconds": round(time.process_time() - cpu)}
