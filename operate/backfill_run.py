"""The record of the backfill that is on its way: the item `backfill` of the coordination table.

A run has a start, at which all its rows stand: a message that is sent twice in one run meets its own row, and is paid
once. So a run that was stopped has to go on as the same run, wherever it's started again; and of two that run at one
time, the one that was started last has the record.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from operate.backfill_choice import Reprocess
from operate.batches import Patience
from pipeline.aws import code_of
from pipeline.items import from_item, to_item

_KEY = to_item({"name": "backfill"})
_FREE = "attribute_not_exists(#name)"
_MINE = "#owner = :me"
_NAMES = {"#name": "name", "#owner": "owner"}
_TAKEN = (
    "Another backfill of this stage was started or finished meanwhile, here or elsewhere. Two at a time could pay "
    "twice, so this one stops."
)


class BackfillRefusedError(Exception):
    """The backfill can't begin or go on; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Run:
    """One backfill: what it takes, and `last_key`, up to which all is decided and what is taken is sent."""

    run: str
    start: datetime
    prefix: str
    reprocess: Reprocess | None = None
    sent: int = 0
    last_key: str | None = None


class RunRecord:
    """The record, through a boto3 DynamoDB client; `owner` tells this process from others. Raises as `aws.translated`.

    Also raises BackfillRefusedError where another process has it.
    """

    def __init__(self, dynamodb: Any, table: str, owner: str, patience: Patience) -> None:
        self._dynamodb, self._table, self._owner, self._patience = dynamodb, table, owner, patience
        self._seen_owner: str | None = None

    def unfinished(self) -> Run | None:
        """The run that was stopped, or is running elsewhere."""
        found = self._call(self._dynamodb.get_item, Key=_KEY, ConsistentRead=True)
        if "Item" not in found:
            return None
        item = from_item(found["Item"])
        self._seen_owner = item.pop("owner")
        item.pop("name")
        return Run(**{**item, "start": datetime.fromisoformat(item["start"])})

    def take(self, run: Run) -> None:
        """Write the run down as this process's, if nobody else has done so since `unfinished`."""
        told = {name: value for name, value in asdict(run).items() if value is not None}
        item = to_item({"name": "backfill", "owner": self._owner, **told, "start": run.start.isoformat()})
        # Or it's ours already: an earlier try had succeeded, and only its response was lost.
        condition, values = f"{_FREE} OR {_MINE}", {":me": self._owner}
        if self._seen_owner:
            condition, values = f"#owner = :seen OR {_MINE}", {**values, ":seen": self._seen_owner}
        self._write(self._dynamodb.put_item, condition, values, Item=item)

    def save(self, run: Run) -> None:
        """Note how far the run is."""
        values = {":me": self._owner, ":key": run.last_key, ":sent": run.sent}
        update = "SET last_key = :key, sent = :sent"
        self._write(self._dynamodb.update_item, _MINE, values, Key=_KEY, UpdateExpression=update)

    def end(self) -> None:
        """The run is finished: another may begin."""
        self._write(self._dynamodb.delete_item, f"{_FREE} OR {_MINE}", {":me": self._owner}, Key=_KEY)

    def _write(self, call: Callable[..., Any], condition: str, values: Mapping[str, Any], **asked: Any) -> None:
        self._call(
            call,
            ConditionExpression=condition,
            ExpressionAttributeNames={name: _NAMES[name] for name in _NAMES if name in condition},
            ExpressionAttributeValues=to_item(values),
            **asked,
        )

    def _call(self, call: Callable[..., Any], **asked: Any) -> Any:
        def attempt(**asked: Any) -> Any:
            try:
                return call(**asked)
            except ClientError as error:
                if code_of(error) != "ConditionalCheckFailedException":
                    raise
                raise BackfillRefusedError(_TAKEN) from error

        what = f"The backfill's record in {self._table}"
        return self._patience.call(what, attempt, TableName=self._table, **asked)
