"""DynamoDB's expressions, as far as the service uses them (DynamoDB developer guide, "Expressions").

An item is in DynamoDB's own form: {"attempts": {"N": "1"}, ...}. Conditions know attribute_exists,
attribute_not_exists, =, <>, <, <=, >, >=, AND, OR, NOT and parentheses; updates know SET, REMOVE and ADD of whole
attributes. What else is written raises ValueError, so that nobody believes it was tried.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

Item = Mapping[str, Any]
Names = Mapping[str, str]
Condition = Callable[[Item, Names, Item], bool]  # of an item, the expression's names and its values
_TOKEN = re.compile(r"\s*(?:(<=|>=|<>|[=<>(),])|([#:]?\w+))")
_CLAUSES = ("SET", "REMOVE", "ADD")


@cache
def condition(text: str) -> Condition:
    """The condition that this expression stands for."""
    tokens = _tokens(text)
    parsed = _either(tokens)
    if tokens:
        raise ValueError(f"What does {tokens[-1]!r} mean here? {text}")
    return parsed


def updated(item: Item, text: str, names: Names, values: Item) -> dict[str, Any]:
    """The item after this update. A value that it takes from the item is the one before."""
    result = dict(item)
    for clause, path, value in _actions(text):
        name = names.get(path, path)
        if clause == "REMOVE":
            result.pop(name, None)
        elif clause == "SET":
            result[name] = values[value]
        else:
            before = Decimal(item[name]["N"]) if name in item else Decimal(0)
            result[name] = {"N": str(before + Decimal(values[value]["N"]))}
    return result


@cache
def _actions(text: str) -> tuple[tuple[str, str, str], ...]:
    """(clause, path, value) of each action of an update."""
    tokens, actions, clause = _tokens(text), [], ""
    while tokens:
        if tokens[-1] in _CLAUSES:
            clause = tokens.pop()
        path, value = tokens.pop(), ""
        if clause == "SET":
            _expect(tokens, "=")
        if clause != "REMOVE":
            value = tokens.pop()
        if not clause or value[:1] not in ("", ":") or (tokens and tokens[-1] not in (",", *_CLAUSES)):
            raise ValueError(f"This update isn't understood: {text}")
        actions.append((clause, path, value))
        if tokens and tokens[-1] == ",":
            tokens.pop()
    return tuple(actions)


def _tokens(text: str) -> list[str]:
    """The last one first, to be popped."""
    found, position = [], 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if not match:
            raise ValueError(f"What does {text[position:]!r} mean?")
        found.append(match[1] or match[2])
        position = match.end()
    return found[::-1]


def _either(tokens: list[str]) -> Condition:
    parts = [_both(tokens)]
    while tokens and tokens[-1] == "OR":
        tokens.pop()
        parts.append(_both(tokens))
    return lambda *given: any(part(*given) for part in parts)


def _both(tokens: list[str]) -> Condition:
    parts = [_single(tokens)]
    while tokens and tokens[-1] == "AND":
        tokens.pop()
        parts.append(_single(tokens))
    return lambda *given: all(part(*given) for part in parts)


def _single(tokens: list[str]) -> Condition:
    first = tokens.pop()
    if first == "NOT":
        inner = _single(tokens)
        return lambda *given: not inner(*given)
    if first == "(":
        inner = _either(tokens)
        _expect(tokens, ")")
        return inner
    if first in ("attribute_exists", "attribute_not_exists"):
        _expect(tokens, "(")
        path = tokens.pop()
        _expect(tokens, ")")
        return lambda item, names, _: (names.get(path, path) in item) == (first == "attribute_exists")
    compare = _COMPARISONS.get(tokens.pop())
    if not compare:
        raise ValueError(f"What does {first!r} mean here?")
    second = tokens.pop()

    def holds(item: Item, names: Names, values: Item) -> bool:
        left, right = _operand(first, item, names, values), _operand(second, item, names, values)
        return left is not None and right is not None and compare(left, right)

    return holds


def _expect(tokens: list[str], token: str) -> None:
    if tokens.pop() != token:
        raise ValueError(f"Expected {token!r}")


def _operand(text: str, item: Item, names: Names, values: Item) -> tuple[str, Any] | None:
    """Type and value; None for an attribute that the item lacks."""
    given = values[text] if text.startswith(":") else item.get(names.get(text, text))
    if given is None:
        return None
    [(kind, value)] = given.items()
    return kind, Decimal(value) if kind == "N" else value


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left[0] == right[0] and left[1] < right[1],
    "<=": lambda left, right: left[0] == right[0] and left[1] <= right[1],
    ">": lambda left, right: left[0] == right[0] and left[1] > right[1],
    ">=": lambda left, right: left[0] == right[0] and left[1] >= right[1],
}
