"""A product's fields: its name, its brand, each specification; of a table of quantities, such as nutrition, each row.

A field is what is right or wrong as a whole: what a finding is about, a repair replaces and a confidence is given for.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str, ...]

_SPECIFICATIONS = "specifications"


def fields_of(product: Mapping[str, Any]) -> dict[Path, Any]:
    """Each value of a product, however malformed, by its path."""
    return dict(_fields(product, ()))


def _fields(node: Mapping[str, Any], above: Path) -> Iterator[tuple[Path, Any]]:
    for name, value in node.items():
        path = (*above, name)
        if isinstance(value, Mapping) and (path == (_SPECIFICATIONS,) or _is_table(value)):
            yield from _fields(value, path)
        else:
            yield path, value


def _is_table(value: Mapping[str, Any]) -> bool:
    """Whether it holds values of their own: a quantity's number and unit are one value."""
    return any(isinstance(part, Mapping) for part in value.values())


def nested(fields: Mapping[Path, Any]) -> dict[str, Any]:
    """The product of these fields; the values themselves stay as they are.

    Where one can't stand beside another, as it is within its value or would take the place of its table, the first of
    the two is kept.
    """
    product: dict[str, Any] = {}
    placed: set[Path] = set()
    tables: set[Path] = set()
    for path, value in fields.items():
        above = [path[:steps] for steps in range(1, len(path))]
        if path in tables or not placed.isdisjoint(above):
            continue
        node = product
        for step in path[:-1]:
            node = node.setdefault(step, {})
        node[path[-1]] = value
        placed.add(path)
        tables.update(above)
    return product


def dotted(path: Path) -> str:
    """The path as findings have it."""
    return ".".join(path)


def concerns(finding_path: str, path: Path) -> bool:
    """Whether what is found at this dotted path is about the field: the field itself, a part of it, or its table."""
    field = f"{dotted(path)}."
    return bool(finding_path) and (f"{finding_path}.".startswith(field) or field.startswith(f"{finding_path}."))


def names_in(finding: Mapping[str, Any]) -> list[str]:
    """The dotted paths that a finding is about: its own, and those of all that was compared; of the whole, none."""
    return list(dict.fromkeys(filter(None, [finding["path"], *finding.get("values", ())])))
