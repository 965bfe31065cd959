"""A product on a table before a wall, as a camera sees it: geometry, shadow and shading; no lens, no sensor."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.render.camera import Camera
from samples.render.material import handled
from samples.render.objects import LIGHT, Box, Can, Face
from samples.render.surfaces import DOTS_PER_MM, SIZE, SURFACES

Frame = NDArray[np.float32]


def photograph_scene(
    body: Box | Can,
    artwork: Callable[[float], NDArray[np.uint8]],
    frame: tuple[int, int],
    view: dict[str, float],
    table: str,
    wall: str,
    rng: np.random.Generator,
) -> Frame:
    """The scene as light values 0-255, RGB. `artwork` gives the printed face at a number of pixels a millimetre, `view`
    the camera's fill, yaw, pitch and roll."""
    camera = Camera.aimed(body.points(), frame, **view)
    picture = _surroundings(camera, body, frame, table, wall, rng)
    faces = list(body.faces(camera.position))
    dots = 1.15 * max(_dots_per_mm(camera, face) for face in faces if face.colour is None)
    print_ = handled(artwork(dots), dots, body.crumple, rng)
    for face in faces:
        corners = camera.project(face.corners)
        if face.colour is None:
            _paste(picture, corners, print_, face, body.round * dots)
        else:
            colour = tuple(min(255.0, channel * face.shade) for channel in face.colour)
            cv2.fillConvexPoly(picture, np.round(corners * 16).astype(np.int32), colour, cv2.LINE_AA, shift=4)
    return picture


def _dots_per_mm(camera: Camera, face: Face) -> float:
    edge = np.linalg.norm(np.diff(camera.project(face.corners[1:3]), axis=0))
    return float(edge / np.linalg.norm(face.corners[2] - face.corners[1]))


def _surroundings(
    camera: Camera, body: Box | Can, frame: tuple[int, int], table: str, wall: str, rng: np.random.Generator
) -> Frame:
    rays, points = camera.rays(frame), body.points()
    behind = points[:, 1].max() + 0.9 * np.ptp(points, axis=0).max()
    with np.errstate(divide="ignore"):
        to_table = np.where(rays[..., 2] < 0, -camera.position[2] / rays[..., 2], np.inf)
        to_wall = np.where(rays[..., 1] > 0, (behind - camera.position[1]) / rays[..., 1], np.inf)
    on_table = to_table < to_wall
    reach = np.minimum(to_table, to_wall)[..., None]
    at = camera.position.astype(np.float32) + rays * reach
    table_picture = _tiled(SURFACES[table](rng), at[..., 0], at[..., 1])
    wall_picture = _tiled(SURFACES[wall](rng), at[..., 0], at[..., 2])
    # The further from the product, the less light; and a wall is darkest where it meets the table.
    away = np.hypot(at[..., 0], at[..., 1]) / (4 * np.ptp(points, axis=0).max())
    table_picture *= (1.04 - 0.3 * np.clip(away, 0, 1))[..., None]
    corner = np.exp(-np.abs(at[..., 2]) / (0.12 * np.ptp(points, axis=0).max()))
    wall_picture *= (0.9 - 0.25 * corner)[..., None]
    out_of_focus = cv2.GaussianBlur(wall_picture, (0, 0), 0.004 * max(frame))
    picture = np.where(on_table[..., None], table_picture * _shadow(camera, points, frame), out_of_focus)
    return np.ascontiguousarray(picture, dtype=np.float32)


def _tiled(texture: Frame, across: Frame, along: Frame) -> Frame:
    x, y = (np.mod(axis * DOTS_PER_MM, SIZE).astype(np.float32) for axis in (across, along))
    return np.asarray(cv2.remap(texture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP), dtype=np.float32)


def _shadow(camera: Camera, points: NDArray[np.float64], frame: tuple[int, int]) -> Frame:
    """How much light the table keeps: a soft shadow away from the light, a tight dark one where the body touches."""
    light = np.ones((frame[1], frame[0]), np.float32)
    low = points[:, 2].min()
    for part, strength, softness in ((points, 0.38, 0.012), (points[points[:, 2] <= low + 1e-6], 0.45, 0.004)):
        cast = part - LIGHT * (part[:, 2:] / LIGHT[2])
        hull = cv2.convexHull(camera.project(cast).astype(np.float32))
        mask = np.zeros_like(light)
        cv2.fillConvexPoly(mask, np.round(hull).astype(np.int32), 1.0)
        light *= 1 - strength * cv2.GaussianBlur(mask, (0, 0), softness * max(frame))
    return light[..., None]


def _paste(picture: Frame, corners: NDArray[np.float64], print_: Frame, face: Face, radius: float) -> None:
    """Draw a strip of the artwork onto four corners of the picture."""
    height, width = print_.shape[:2]
    source = np.array(
        [[face.left * width, 0], [face.right * width, 0], [face.right * width, height], [face.left * width, height]]
    )
    low = np.floor(corners.min(0) - 2).astype(int)
    size = np.ceil(corners.max(0) + 3).astype(int) - low
    to_frame = cv2.getPerspectiveTransform((source - 0.5).astype(np.float32), (corners - low).astype(np.float32))
    warped = cv2.warpPerspective(
        print_, to_frame, size.tolist(), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    mask = np.zeros((size[1], size[0]), np.float32)
    outline = _rounded(source, radius) if radius else source
    edge = cv2.perspectiveTransform(outline[None].astype(np.float32), to_frame)[0]
    cv2.fillConvexPoly(mask, np.round(edge * 16).astype(np.int32), 1.0, cv2.LINE_8, shift=4)
    left, top = np.maximum(low, 0)
    right, bottom = np.minimum(low + size, (picture.shape[1], picture.shape[0]))
    inside = np.s_[top - low[1] : bottom - low[1], left - low[0] : right - low[0]]
    part = picture[top:bottom, left:right]
    part += mask[inside][..., None] * (warped[inside] * np.float32(face.shade) - part)


def _rounded(rectangle: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    turns = np.radians(np.arange(0, 91, 5))
    corners = []
    for (x, y), start in zip(rectangle, (180, 270, 0, 90), strict=True):
        centre_x = x + (radius if start in (180, 90) else -radius)
        centre_y = y + (radius if start in (180, 270) else -radius)
        corners.append(
            np.stack(
                [
                    centre_x + radius * np.cos(turns + np.radians(start)),
                    centre_y + radius * np.sin(turns + np.radians(start)),
                ],
                1,
            )
        )
    return np.concatenate(corners)
