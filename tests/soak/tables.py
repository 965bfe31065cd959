"""DynamoDB's tables in memory. One call is one step: that is what makes a conditional write atomic."""

from collections.abc import Mapping
from typing import Any

import boto3

from pipeline.items import from_item
from tests.soak.expressions import condition, updated


class ConditionRefused(Exception):
    """ConditionalCheckFailedException, with the item as it stays."""

    def __init__(self, item: Mapping[str, Any]) -> None:
        super().__init__("The conditional request failed")
        self.item = item


class Tables:
    """Whatever tables are written to."""

    def __init__(self) -> None:
        self._items: dict[str, dict[str, dict[str, Any]]] = {}

    def update_item(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """UpdateItem, with the request and the response as they are on the wire. Raises ConditionRefused."""
        table = self._items.setdefault(asked["TableName"], {})
        key = "\n".join(value["S"] for value in asked["Key"].values())
        names, values = asked.get("ExpressionAttributeNames", {}), asked.get("ExpressionAttributeValues", {})
        before = table.get(key, {})
        if "ConditionExpression" in asked and not condition(asked["ConditionExpression"])(before, names, values):
            raise ConditionRefused(before if asked.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" else {})
        after = before or dict(asked["Key"])
        if "UpdateExpression" in asked:
            after = updated(after, asked["UpdateExpression"], names, values)
        table[key] = after
        return {"Attributes": after} if asked.get("ReturnValues") == "ALL_NEW" else {}

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All items of a table, as plain Python."""
        return [from_item(item) for item in self._items.get(table, {}).values()]


class MotoTables:
    """moto's tables, by the same two ways. `embedded_stack` has made them."""

    def __init__(self) -> None:
        self._client = boto3.client("dynamodb")

    def update_item(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """As `Tables.update_item`."""
        try:
            answer = self._client.update_item(**asked)
        except self._client.exceptions.ConditionalCheckFailedException as refused:
            raise ConditionRefused(refused.response.get("Item", {})) from refused
        return {"Attributes": answer["Attributes"]} if "Attributes" in answer else {}

    def rows(self, table: str) -> list[dict[str, Any]]:
        """As `Tables.rows`."""
        pages = self._client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return [from_item(item) for page in pages for item in page["Items"]]
