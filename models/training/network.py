"""The detector: a small dense residual network with three levels, and its exportable form."""

import torch
import torch.nn.functional as F
from torch import nn

STRIDES = (8, 16, 32)
CLASSES = 2


class Conv(nn.Sequential):
    def __init__(self, inside, outside, kernel=3, stride=1, reach=1):
        convolution = nn.Conv2d(inside, outside, kernel, stride, kernel // 2 * reach, dilation=reach, bias=False)
        super().__init__(convolution, nn.BatchNorm2d(outside), nn.ReLU(inplace=True))


class Block(nn.Module):
    """Two 3x3 convolutions around a shortcut (average pool and 1x1 where the size changes)."""

    def __init__(self, inside, outside, stride=1, reach=1):
        super().__init__()
        self.first = Conv(inside, outside, 3, stride, reach)
        self.second = nn.Sequential(nn.Conv2d(outside, outside, 3, padding=1, bias=False), nn.BatchNorm2d(outside))
        steps = [nn.AvgPool2d(2)] if stride == 2 else []
        if stride == 2 or inside != outside:
            steps += [nn.Conv2d(inside, outside, 1, bias=False), nn.BatchNorm2d(outside)]
        self.shortcut = nn.Sequential(*steps)

    def forward(self, x):
        return F.relu(self.second(self.first(x)) + self.shortcut(x))


class PyramidPool(nn.Module):
    """Three chained 5x5 max pools: sight of the whole picture at the last level."""

    def __init__(self, width):
        super().__init__()
        self.reduce = Conv(width, width // 2, 1)
        self.merge = Conv(width * 2, width, 1)

    def forward(self, x):
        parts = [self.reduce(x)]
        for _ in range(3):
            parts.append(F.max_pool2d(parts[-1], 5, 1, 2))
        return self.merge(torch.cat(parts, 1))


class Detector(nn.Module):
    """Per grid point: class logits and the distances to the box's four sides, in pixels."""

    def __init__(self, side=416, stem=24, widths=(64, 112, 160), neck=64):
        super().__init__()
        a, b, c = widths
        # A 6x6 stride-4 stem costs a third less time than two stride-2 steps.
        self.stem = nn.Sequential(nn.Conv2d(3, stem, 6, 4, 1, bias=False), nn.BatchNorm2d(stem), nn.ReLU(inplace=True))
        self.level8 = Block(stem, a, 2)
        self.level16 = nn.Sequential(Block(a, b, 2), Block(b, b))
        self.level32 = nn.Sequential(Block(b, c, 2), Block(c, c), PyramidPool(c))
        # An item that fills the picture ends further from its middle than the blocks above can see.
        self.far = Block(c, c, reach=2)
        nn.init.zeros_(self.far.second[1].weight)
        self.lateral = nn.ModuleList(nn.Conv2d(w, neck, 1) for w in widths)
        self.smooth = nn.ModuleList(Conv(neck, neck) for _ in range(2))
        self.head = Conv(neck, neck)
        self.scores = nn.Conv2d(neck, CLASSES, 1)
        self.sides = nn.Conv2d(neck, 4, 1)
        nn.init.constant_(self.scores.bias, -4.6)
        nn.init.constant_(self.sides.bias, 1.5)
        self.set_side(side)

    def set_side(self, side):
        """Make the grid of points for a square input of this side (a multiple of 32)."""
        device = self.scores.bias.device
        self.points, self.strides = (t.to(device) for t in grid(side))
        return self

    def forward(self, x):
        """x: float (B, 3, side, side) in 0..1. Returns logits (B, N, classes) and boxes (B, N, 4) as corners."""
        x = self.stem((x - 0.45) * 4.0)
        x8 = self.level8(x)
        x16 = self.level16(x8)
        x32 = self.far(self.level32(x16))
        p32 = self.lateral[2](x32)
        p16 = self.smooth[1](self.lateral[1](x16) + F.interpolate(p32, scale_factor=2.0))
        p8 = self.smooth[0](self.lateral[0](x8) + F.interpolate(p16, scale_factor=2.0))
        logits, sides = [], []
        for level in (p8, p16, p32):
            shared = self.head(level)
            logits.append(self.scores(shared).flatten(2).transpose(1, 2))
            sides.append(self.sides(shared).flatten(2).transpose(1, 2))
        distance = F.softplus(torch.cat(sides, 1)) * self.strides[:, None]
        boxes = torch.cat([self.points - distance[..., :2], self.points + distance[..., 2:]], -1)
        return torch.cat(logits, 1), boxes


def grid(side):
    points, strides = [], []
    for stride in STRIDES:
        axis = (torch.arange(side // stride) + 0.5) * stride
        y, x = torch.meshgrid(axis, axis, indexing="ij")
        points.append(torch.stack([x.flatten(), y.flatten()], 1))
        strides.append(torch.full((x.numel(),), float(stride)))
    return torch.cat(points), torch.cat(strides)


class Shipped(nn.Module):
    """The form that is exported: uint8 NHWC picture in, corner boxes and sigmoid scores out."""

    def __init__(self, detector, side=416):
        super().__init__()
        self.detector, self.side = detector, side

    def forward(self, image):
        logits, boxes = self.detector(image.permute(0, 3, 1, 2).float() / 255.0)
        return boxes.clamp(0, self.side), logits.sigmoid()
