"""The findings of checks, and the fields that they compare."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Finding = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One value of a product: the path that findings know it by, and what is printed there."""

    path: str
    printed: Any


def path_to(*names: str | int) -> str:
    """The path of a field within the specifications."""
    return ".".join(map(str, ("specifications", *names)))


def text(specifications: Mapping[str, Any], name: str) -> Field | None:
    """The text of that name, or None if there is none."""
    value = specifications.get(name)
    return Field(path_to(name), value) if isinstance(value, str) else None


def number(specifications: Mapping[str, Any], name: str) -> Field | None:
    """The plain number of that name, or None if there is none that can stand on a label."""
    value = specifications.get(name)
    return Field(path_to(name), value) if is_number(value) else None


def texts(specifications: Mapping[str, Any], name: str) -> list[Field]:
    """Each text of the list of that name, in its order."""
    values = specifications.get(name)
    if not isinstance(values, list):
        return []
    return [Field(path_to(name, at), value) for at, value in enumerate(values) if isinstance(value, str)]


def is_number(value: Any) -> bool:
    """Whether it is a number as labels have them: none so large or small that products of it overflow."""
    real = isinstance(value, int | float) and not isinstance(value, bool)
    return real and (value == 0 or 1e-9 < abs(value) < 1e15)


def error(message: str, *fields: Field, path: str | None = None) -> Finding:
    """What must hold doesn't: one of these fields is misread. It's told at the first of them, or at `path`."""
    return _finding("error", message, fields, path)


def warning(message: str, *fields: Field, path: str | None = None) -> Finding:
    """What seldom is true: one of these fields is misread, or the label is odd."""
    return _finding("warning", message, fields, path)


def proof(message: str, *fields: Field, path: str | None = None) -> Finding:
    """What a misread digit would have broken holds: all of these fields are borne out."""
    return _finding("proof", message, fields, path)


def _finding(severity: str, message: str, fields: tuple[Field, ...], path: str | None) -> Finding:
    values = {field.path: field.printed for field in fields}
    return {"path": path or fields[0].path, "message": message, "severity": severity, "values": values}
