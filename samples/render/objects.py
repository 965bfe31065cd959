"""The bodies that labels are printed on: a box (or book, plate, bag) and a can (or jar, bottle), as shaded faces."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Colour = tuple[int, int, int]
LIGHT = np.array([-0.45, -0.55, 0.7]) / np.linalg.norm([-0.45, -0.55, 0.7])


@dataclass(frozen=True)
class Face:
    """Part of a body. `corners`: four points for a printed part (a strip of the artwork from `left` to `right`, as
    shares of its width), or a polygon of plain `colour`; `shade` is the light it catches, 1 for the brightest."""

    corners: Points
    shade: float
    colour: Colour | None = None
    left: float = 0.0
    right: float = 1.0


def _shade(normal: Points) -> float:
    return float(0.58 + 0.5 * max(0.0, float(normal @ LIGHT)))


@dataclass(frozen=True)
class Box:
    """A box with the artwork on its front; lying on its back, or standing. `round`: radius of its upright edges;
    `crumple`: how far the creases of a bag shift the print, in millimetres."""

    width: float
    height: float
    depth: float
    colour: Colour
    lying: bool = False
    round: float = 0.0
    crumple: float = 0.0

    def _place(self, u: Points, v: Points, d: float) -> Points:
        across, depth = u - self.width / 2, np.full(len(u), d)
        if self.lying:
            return np.stack([across, self.height / 2 - v, depth], axis=1)
        return np.stack([across, -depth, self.height - v], axis=1)

    def _outline(self) -> tuple[Points, Points]:
        r = max(self.round, 0.01)
        turns = np.radians(np.arange(0, 91, 3))
        u, v = [], []
        for x, y, start in (
            (self.width - r, r, -90),
            (self.width - r, self.height - r, 0),
            (r, self.height - r, 90),
            (r, r, 180),
        ):
            u.append(x + r * np.cos(turns + np.radians(start)))
            v.append(y + r * np.sin(turns + np.radians(start)))
        return np.concatenate(u), np.concatenate(v)

    def points(self) -> Points:
        """All that its shadow and its place in the frame depend on."""
        u, v = self._outline()
        return np.concatenate([self._place(u, v, 0), self._place(u, v, self.depth)])

    def faces(self, eye: Points) -> Iterator[Face]:
        """The faces that the eye sees, the printed one last."""
        u, v = self._outline()
        front, back = self._place(u, v, self.depth), self._place(u, v, 0)
        for i in range(len(u)):
            j = (i + 1) % len(u)
            normal = np.cross(front[j] - front[i], back[i] - front[i])
            normal = normal / (np.linalg.norm(normal) or 1)
            if not self.lying:
                normal = -normal
            if normal @ (front[i] - front.mean(0)) < 0:
                normal = -normal
            if normal @ (eye - front[i]) > 0:
                yield Face(np.array([front[i], front[j], back[j], back[i]]), _shade(normal), self.colour)
        u4, v4 = np.array([0, self.width, self.width, 0]), np.array([0, 0, self.height, self.height])
        yield Face(self._place(u4, v4, self.depth), 1.0)


@dataclass(frozen=True)
class Can:
    """A standing cylinder with the artwork around its front, `arc` degrees wide, under a plain lid."""

    width: float
    height: float
    colour: Colour
    arc: float = 150.0
    lid: float = 0.0
    round: ClassVar[float] = 0.0
    crumple: ClassVar[float] = 0.0

    @property
    def _radius(self) -> float:
        return self.width / float(np.radians(self.arc))

    def _ring(self, z: float, angles: Points, radius: float | None = None) -> Points:
        r = radius or self._radius
        return np.stack([r * np.sin(angles), -r * np.cos(angles), np.full(len(angles), z)], axis=1)

    def points(self) -> Points:
        """All that its shadow and its place in the frame depend on."""
        around = np.radians(np.arange(0, 360, 6))
        return np.concatenate([self._ring(0, around), self._ring(self.height + self.lid, around)])

    def faces(self, eye: Points) -> Iterator[Face]:
        """The faces that the eye sees, from the edges to the lid."""
        half = np.radians(self.arc) / 2
        printed = np.linspace(-half, half, 73)
        angles = np.unique(
            np.concatenate([np.linspace(-np.pi / 2 * 1.1, -half, 8), printed, np.linspace(half, np.pi / 2 * 1.1, 8)])
        )
        lid = []
        for a, b in pairwise(angles):
            pair, middle = np.array([a, b]), (a + b) / 2
            normal = np.array([np.sin(middle), -np.cos(middle), 0])
            if normal @ (eye - self._ring(0, pair)[0]) <= 0:
                continue
            gleam = 0.16 * np.exp(-(((middle + 0.55) / 0.16) ** 2))
            shade = 1.12 * _shade(normal) + gleam
            low, high = self._ring(0, pair), self._ring(self.height, pair)
            on_label = abs(middle) < half
            yield Face(
                np.array([high[0], high[1], low[1], low[0]]),
                shade,
                None if on_label else self.colour,
                float((a + half) / (2 * half)),
                float((b + half) / (2 * half)),
            )
            if self.lid:
                edge = self._ring(self.height, pair, self._radius * 1.01)
                rim = self._ring(self.height + self.lid, pair, self._radius * 1.01)
                ridge = 0.05 * np.sin(middle * 60)
                lid.append(Face(np.array([rim[0], rim[1], edge[1], edge[0]]), shade + ridge, self.colour))
        yield from lid
        around = np.radians(np.arange(0, 360, 5))
        yield Face(self._ring(self.height + self.lid, around, self._radius * 1.01), 1.05, self.colour)
