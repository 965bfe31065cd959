"""A pinhole camera: where a point of the scene falls in the frame, and what a pixel looks at. Lengths in mm."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Camera:
    """`axes`: rows are the frame's right, down and forward in the scene; `focal` and `centre` in pixels."""

    position: Points
    axes: Points
    focal: float
    centre: Points

    @classmethod
    def aimed(
        cls, points: Points, frame: tuple[int, int], fill: float, yaw: float, pitch: float, roll: float
    ) -> "Camera":
        """A camera that sees `points` filling that share of the frame (width, height). Angles are in degrees: `yaw`
        around the scene's vertical, `pitch` above the table, `roll` of the camera itself."""
        y, p, r = np.radians([yaw, pitch, roll])
        back = np.array([np.sin(y) * np.cos(p), -np.cos(y) * np.cos(p), np.sin(p)])
        middle = (points.min(0) + points.max(0)) / 2
        # Near enough for perspective, far enough for a product photo.
        position = middle + back * 3.2 * float(np.ptp(points, axis=0).max())
        right = np.array([np.cos(y), np.sin(y), 0.0])
        down = np.cross(-back, right)
        axes = np.array([np.cos(r) * right + np.sin(r) * down, np.cos(r) * down - np.sin(r) * right, -back])
        seen = cls(position, axes, 1.0, np.zeros(2)).project(points)
        extent = np.ptp(seen, axis=0)
        focal = fill * float(min(frame[0] / extent[0], frame[1] / extent[1]))
        centre = np.array(frame) / 2 - focal * (seen.min(0) + seen.max(0)) / 2
        return cls(position, axes, focal, centre)

    def project(self, points: Points) -> Points:
        """The pixels (x, y) at which points (n, 3) are seen."""
        seen = (points - self.position) @ self.axes.T
        return np.asarray(self.focal * seen[:, :2] / seen[:, 2:] + self.centre)

    def rays(self, frame: tuple[int, int]) -> NDArray[np.float32]:
        """The direction in which each pixel looks: (height, width, 3)."""
        x, y = np.meshgrid(np.arange(frame[0], dtype=np.float32), np.arange(frame[1], dtype=np.float32))
        flat = np.stack(
            [(x - self.centre[0]) / self.focal, (y - self.centre[1]) / self.focal, np.ones_like(x)], axis=-1
        )
        return np.asarray(flat.astype(np.float32) @ self.axes.astype(np.float32))
