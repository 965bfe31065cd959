"""The coordination table: what the containers tell one another, in one item and by conditional writes.

The item `bedrock` holds the breaker's state and generation, and counters: `calls_GENERATION_MINUTE`,
`failures_GENERATION_MINUTE` and `spent_DAY`. One UpdateItem adds to them and brings back the whole, so that telling
and asking are one request, and two containers never overwrite each other's counts.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.aws import code_of, translated
from pipeline.breaker import WINDOW_MINUTES, Change, Fleet, News
from pipeline.items import from_item, to_item, update_of

_KEY = {"name": {"S": "bedrock"}}
_DAYS_KEPT = 7


class DynamoCoordination:
    """The table, through a boto3 DynamoDB client."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table
        self._outdated: tuple[str, ...] = ()  # counters that nobody reads any more

    def report(self, news: News | None = None) -> Fleet:
        """Add the news to what the containers know, and give all of it. Raises as `aws.translated`."""
        added: dict[str, float] = {"generation": 0}  # so that the first report makes the item
        if news:
            counted = f"{news.generation}_{news.minute}"
            added |= {
                f"calls_{counted}": news.calls,
                f"failures_{counted}": news.failures,
                f"spent_{news.day}": news.usd,
            }
        outdated = {f"#o{index}": name for index, name in enumerate(self._outdated) if name not in added}
        names = {f"#a{index}": name for index, name in enumerate(added)}
        remove = f" REMOVE {', '.join(outdated)}" if outdated else ""
        return self._update(
            UpdateExpression="ADD " + ", ".join(f"{name} :{name[1:]}" for name in names) + remove,
            ExpressionAttributeNames={**names, **outdated},
            ExpressionAttributeValues=to_item({f":{name[1:]}": added[names[name]] for name in names}),
        )

    def change(self, seen: Fleet, change: Change, now: datetime) -> Fleet | None:
        """Change the breaker's state, if it's still the one `seen`; None if somebody else was first.

        Raises as `aws.translated`.
        """
        update = update_of(
            {
                "state": change.state,
                "generation": seen.generation + 1,
                "retry_at": change.retry_at,
                "reason": change.reason,
                "changed_at": now.isoformat(timespec="seconds"),
            }
        )
        try:
            return self._update(
                UpdateExpression=update.expression,
                ConditionExpression="generation = :seen",
                ExpressionAttributeNames=update.names,
                ExpressionAttributeValues={**update.values, **to_item({":seen": seen.generation})},
            )
        except _SomebodyWasFirst:
            return None

    def _update(self, **asked: Any) -> Fleet:
        try:
            response = self._client.update_item(TableName=self._table, Key=_KEY, ReturnValues="ALL_NEW", **asked)
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and code_of(error) == "ConditionalCheckFailedException":
                raise _SomebodyWasFirst from error
            raise translated(error, f"Writing to the coordination table {self._table}") from error
        return self._understood(from_item(response["Attributes"]))

    def _understood(self, item: Mapping[str, Any]) -> Fleet:
        generation = item["generation"]
        counters = list(_counters(item, generation))
        newest = max((minute for _, minute, _ in counters), default=0)
        counts: dict[int, tuple[int, int]] = {}
        for kind, minute, value in counters:
            calls, failures = counts.get(minute, (0, 0))
            counts[minute] = (calls + value, failures) if kind == "calls" else (calls, failures + value)
        days = sorted((name for name in item if name.startswith("spent_")), reverse=True)
        kept = {f"{kind}_{generation}_{minute}" for kind, minute, _ in counters if minute > newest - 2 * WINDOW_MINUTES}
        self._outdated = (
            *(name for name in item if name.startswith(("calls_", "failures_")) and name not in kept),
            *days[_DAYS_KEPT:],
        )
        return Fleet(
            state=item.get("state", "closed"),
            generation=generation,
            retry_at=item.get("retry_at"),
            reason=item.get("reason"),
            changed_at=item.get("changed_at"),
            counts=counts,
            spent={name.removeprefix("spent_"): item[name] for name in days},
        )


class _SomebodyWasFirst(Exception):
    """The item has changed since it was read."""


def _counters(item: Mapping[str, Any], generation: int) -> Iterator[tuple[str, int, int]]:
    """(calls or failures, minute, count) of one generation."""
    for name, value in item.items():
        kind, _, rest = name.partition("_")
        counted_in, _, minute = rest.partition("_")
        if kind in ("calls", "failures") and counted_in == str(generation):
            yield kind, int(minute), value
