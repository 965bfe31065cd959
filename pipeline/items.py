"""Between Python's values and DynamoDB's: floats become Decimals, changes an update expression."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from pipeline.errors import ServiceMisconfigured

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


@dataclass(frozen=True, slots=True)
class Update:
    """An update expression, with its names and serialized values."""

    expression: str
    names: Mapping[str, str]
    values: Mapping[str, Any]


def update_of(changes: Mapping[str, Any]) -> Update:
    """Set each attribute to its value, or remove it where that is None.

    Removed first, so that a draft and the result that takes its place are never both counted towards the item's size:
    DynamoDB counts the item as it will be, but moto as it goes.
    """
    names = {f"#{index}": name for index, name in enumerate(changes)}
    sets = [f"{ref} = :{ref[1:]}" for ref, name in names.items() if changes[name] is not None]
    removes = [ref for ref, name in names.items() if changes[name] is None]
    parts = ([f"REMOVE {', '.join(removes)}"] if removes else []) + ([f"SET {', '.join(sets)}"] if sets else [])
    values = {f":{ref[1:]}": changes[name] for ref, name in names.items() if changes[name] is not None}
    return Update(" ".join(parts), names, to_item(values))


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """DynamoDB's form of a row or of an expression's values. Raises ServiceMisconfigured where there is none."""
    try:
        return _serialized(values)
    except (TypeError, ArithmeticError) as error:  # NaN, or a number of more than 38 digits
        raise ServiceMisconfigured(f"DynamoDB can't hold this: {error}") from error


def _serialized(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _serialize(_with_decimals(value)) for name, value in values.items()}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """A row as plain Python: whole numbers as int, others as float."""
    return {name: _plain(_deserialize(value)) for name, value in item.items()}


def _with_decimals(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(repr(value))  # the shortest decimal that means this float, not its binary expansion
    if isinstance(value, Mapping):
        return {name: _with_decimals(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_decimals(member) for member in value]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value
