"""What there is to say of a stage, line by line; and whether it wants a person's attention."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import BotoCoreError, ClientError

from local.readable import count, moment
from operate.breaker import described
from pipeline.bootstrap import coordination
from pipeline.breaker import Fleet
from pipeline.errors import OcrError
from pipeline.settings import Settings

_MOST_PAGES = 10  # of an index that are counted: 1 MB each, some thousand rows
_OPEN = {"processing": "processing", "waiting": "waiting", "needs_review": "to review", "failed": "failed"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the screen; `worrying` if it wants attention."""

    name: str
    says: str
    worrying: bool = False


class Overview:
    """A deployed stage, through clients of the session. `settings` are its function's; `now` gives the UTC time."""

    def __init__(self, session: boto3.Session, stage: str, settings: Settings, now: Callable[[], datetime]) -> None:
        self._stage, self._settings, self._now = stage, settings, now
        self._sqs, self._lambda, self._alarms = (session.client(name) for name in ("sqs", "lambda", "cloudwatch"))
        self._dynamodb = session.client("dynamodb")
        self._table = session.resource("dynamodb").Table(settings.table)

    def lines(self) -> Iterator[Line]:
        """All lines, in order. What can't be told, say for a missing permission, is a line that says so."""
        about: dict[str, Callable[[str], Iterator[Line]]] = {
            "Breaker": self._breaker,
            "Retry queue": self._retry_queue,
            "Dead letters": self._dead_letters,
            "Rows": self._rows,
            "Function": self._function,
            "Alarms": self._in_alarm,
        }
        for name, look in about.items():
            try:
                yield from look(name)
            except (ClientError, BotoCoreError, OcrError) as error:
                yield Line(name, f"Can't be told: {error}", worrying=True)
        yield Line("Models", ", ".join(self._settings.models))
        if self._settings.category_models != self._settings.models:
            yield Line("For categories", ", ".join(self._settings.category_models))

    def _breaker(self, name: str) -> Iterator[Line]:
        fleet = coordination(self._dynamodb, self._settings.coordination_table).report()
        yield Line(name, described(fleet, self._now(), self._stage), fleet.state != "closed")
        yield self._spent(fleet)

    def _spent(self, fleet: Fleet) -> Line:
        spent, ceiling = fleet.spent_on(self._now()), self._settings.daily_ceiling_usd
        if ceiling is None:
            return Line("Spent", f"${spent:,.2f} today (UTC); no ceiling")
        reached = spent >= ceiling
        waits = "; photos wait for tomorrow, or for a higher ceiling (dailyCeilingUsd)" if reached else ""
        return Line("Spent", f"${spent:,.2f} of the ${ceiling:,.2f} that a day may cost (UTC){waits}", reached)

    def _retry_queue(self, name: str) -> Iterator[Line]:
        ready, hidden, delayed = self._messages(self._settings.retry_queue_url)
        yield Line(name, f"{ready:,} to be read, {hidden:,} being read, {delayed:,} put off")

    def _dead_letters(self, name: str) -> Iterator[Line]:
        ready, hidden, _ = self._messages(self._settings.dead_letter_queue_url)
        look = f": npm run operate -- redrive --stage {self._stage} --dry-run" if ready else ""
        also = f", {hidden:,} more that somebody looks at" if hidden else ""
        yield Line(name, f"{ready:,}{also}{look}", worrying=ready > 0)

    def _messages(self, url: str) -> list[int]:
        """About how many messages can be received, are hidden, and are delayed."""
        names = [f"ApproximateNumberOfMessages{which}" for which in ("", "NotVisible", "Delayed")]
        answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return [int(answer["Attributes"][name]) for name in names]

    def _rows(self, name: str) -> Iterator[Line]:
        counts = {status: self._counted(status) for status in _OPEN}
        yield Line(name, ", ".join(f"{counts[status]} {says}" for status, says in _OPEN.items()))
        oldest = self._table.query(
            IndexName="by_status", KeyConditionExpression=Key("open_status").eq("waiting"), Limit=1
        )["Items"]
        for row in oldest:
            asked = moment(row["processing_timestamp"])
            yield Line("Oldest waiting", f"{row.get('source_key', row['image_id'])}, asked for {asked}{_why(row)}")
        lost = {"FilterExpression": Attr("lease_until").lt(int(self._now().timestamp()))}
        if (number := self._counted("processing", **lost)) != "0":
            yield Line("Left behind", f"{number} rows say processing, but their lease is over: a retry takes them over")

    def _counted(self, status: str, **only: Any) -> str:
        """How many rows have this status, counted no further than _MOST_PAGES."""
        asked: dict[str, Any] = {
            "IndexName": "by_status",
            "KeyConditionExpression": Key("open_status").eq(status),
            "Select": "COUNT",
            **only,
        }
        counted = 0
        for _ in range(_MOST_PAGES):
            page = self._table.query(**asked)
            counted += page["Count"]
            if "LastEvaluatedKey" not in page:
                return f"{counted:,}"
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        return f"more than {counted:,}"

    def _function(self, name: str) -> Iterator[Line]:
        function = f"product-ocr-{self._stage}-process"
        reserved = self._lambda.get_function_concurrency(FunctionName=function).get("ReservedConcurrentExecutions")
        of_all = "unreserved concurrency" if reserved is None else f"at most {reserved:,} at a time"
        stopped = " (it is stopped: uploads become dead letters)" if reserved == 0 else ""
        source: Mapping[str, Any] = next(
            iter(self._lambda.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]), {}
        )
        most = source.get("ScalingConfig", {}).get("MaximumConcurrency", "any number")
        state = source.get("State", "Missing")
        yield Line(
            name,
            f"{of_all}{stopped}, {most} of them for the retry queue (trigger {state.lower()}); at most "
            f"{count(self._settings.max_paid_calls, 'paid call')} a photo",
            worrying=reserved == 0 or state not in ("Enabled", "Enabling", "Updating", "Creating"),
        )

    def _in_alarm(self, name: str) -> Iterator[Line]:
        prefix = f"product-ocr-{self._stage}-"
        found = self._alarms.describe_alarms(AlarmNamePrefix=prefix, StateValue="ALARM")["MetricAlarms"]
        names = ", ".join(alarm["AlarmName"].removeprefix(prefix) for alarm in found)
        yield Line(name, f"{names} (docs/runbook.md)" if names else "none", worrying=bool(names))


def _why(row: Mapping[str, Any]) -> str:
    said = row.get("error_message")
    return f": {said}" if said else ""
