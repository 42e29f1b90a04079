"""The product embedder: a small residual network whose 128 numbers place a product among its likes."""

import torch
import torch.nn.functional as F
from torch import nn

import network

SIDE = 128
NUMBERS = 128
WIDTHS = (32, 64, 128, 224)


class Embedder(nn.Module):
    """Picture (B, 3, 128, 128) in 0..1 to the embedding before normalisation; a classifier on top while training."""

    def __init__(self, classes):
        super().__init__()
        widths = (24, *WIDTHS)
        blocks = [network.Block(inside, outside, 2) for inside, outside in zip(widths, widths[1:])]
        self.trunk = nn.Sequential(network.Conv(3, 24, 3, 2), *blocks)
        self.dropout = nn.Dropout(0.2)
        self.reduce = nn.Linear(WIDTHS[-1], NUMBERS, bias=False)
        self.centre = nn.BatchNorm1d(NUMBERS)
        self.classify = nn.Linear(NUMBERS, classes, bias=False)

    def embed(self, x):
        x = self.trunk((x - 0.45) * 4.0).mean((2, 3))
        return self.centre(self.reduce(self.dropout(x)))

    def forward(self, x):
        return self.classify(self.embed(x))


# The middle, looked at by itself, shows the product larger and less of the shop; chosen on the train list of the held-out products.
INNER = 22


class ShippedEmbedder(nn.Module):
    """The form that is exported: uint8 NHWC crop in, a vector of length one out: the mean of the whole crop's and its middle's."""

    def __init__(self, embedder):
        super().__init__()
        self.embedder = embedder

    def forward(self, image):
        whole = image.permute(0, 3, 1, 2).float() / 255.0
        middle = F.interpolate(whole[:, :, INNER:SIDE - INNER, INNER:SIDE - INNER], size=SIDE, mode="bilinear", align_corners=False)
        return F.normalize(sum(F.normalize(self.embedder.embed(view), dim=1) for view in (whole, middle)), dim=1)
