"""The table of specifications: one row an event, claimed before the model is paid, finished by its claimant alone.

    event        claim                   answer                       the same event again
      |            |                       |                             |
      |   processing, owner, lease         |   completed, needs_review   |   refused: finished
      |            |                       |   or failed                 |
      |            +-- try later --> waiting --> next claim              |   refused: busy, while the lease lives
      |            +-- killed -----> lease over --> next claim           |

Every write is one conditional UpdateItem, and asks for the row as it was (`ReturnValuesOnConditionCheckFailure`,
DynamoDB API reference) to tell why it was refused.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.aws import code_of, translated
from pipeline.deliveries import Delivery
from pipeline.errors import AlreadyFinished, Busy, CallsExhausted, ClaimLost, OcrError, ServiceMisconfigured
from pipeline.items import from_item, to_item, update_of
from pipeline.models import Usage
from pipeline.services import Claim
from pipeline.uploads import ImageUpload

# A free slot; or a row of this very event on which nobody works: it waits, or its claimant's lease is over.
_CLAIMABLE = (
    "attribute_not_exists(image_id) OR (event_id = :event AND (processing_status = :waiting"
    " OR (processing_status = :processing AND lease_until < :now)))"
)
# Or one that was given up, for who brings it back from the dead letter queue; or one whose claimant has handed it over,
# for who brings what was paid for under that claim. Each claim has an owner of its own: whatever the former one still
# tries then fails.
_OR_DEAD_LETTERED = " OR (event_id = :event AND dead_lettered = :true)"
_OR_HANDED_OVER = " OR (event_id = :event AND processing_status = :processing AND claim_owner = :former)"
_OURS = "claim_owner = :owner AND processing_status = :processing"
_OURS_WITH_CALLS_LEFT = f"{_OURS} AND (attribute_not_exists(paid_calls) OR paid_calls < :most)"
# How long the retry queue hides a message whose delivery was killed (VisibilityTimeout in resources/queues.yml). From
# when a call is paid its answer may be in such a message, and the row not know: for so long nobody reads anew.
HIDDEN_SECONDS = 1800
_LONGEST_MESSAGE = 1_000  # characters
_MOST_SLOTS = 100  # versions of one key around one instant; more than that is no coincidence


class DynamoStore:
    """The table, through a boto3 DynamoDB client. `now` gives the UTC time."""

    def __init__(self, client: Any, table: str, most_paid_calls: int, now: Callable[[], datetime]) -> None:
        self._client = client
        self._table = table
        self._most_paid_calls = most_paid_calls
        self._now = now

    def claim(self, delivery: Delivery, owner: str, lease_until: int) -> Claim:
        """The right to process this event's version until `lease_until` (epoch seconds).

        What the delivery carries is put on the row with it: whoever takes over from us finds what was paid for.

        The row stands at the event's time. Where another version of the key stands there already, ours goes to the next
        free microsecond after it, or before it if S3 says that ours is the earlier one. Going on in one direction, a
        repeated event always meets its own row. Raises AlreadyFinished, Busy, else as `aws.translated`.
        """
        upload = delivery.upload
        slot, step = upload.requested_at, timedelta(0)
        for _ in range(_MOST_SLOTS):
            claim = Claim(upload.image_id, timestamp(slot), owner, lease_until, attempts=1)
            occupant = self._claim_slot(claim, delivery)
            if occupant is None:
                return claim
            if occupant.get("event_id") == upload.event_id:
                raise self._refused(upload, occupant)
            step = step or timedelta(microseconds=1 if upload.comes_after(occupant["event_id"]) else -1)
            slot += step
        raise ServiceMisconfigured(f"More than {_MOST_SLOTS} versions of {upload.key!r} were uploaded in one instant.")

    def reserve_call(self, claim: Claim) -> None:
        """Count one paid call, and keep what was paid for so far: a kill from now on loses just this call.

        The lease then outlives the invocation by HIDDEN_SECONDS, until the claim is ended.

        Raises CallsExhausted, ClaimLost, or as `aws.translated`.
        """
        changes = {
            "paid_calls": claim.paid_calls + 1,
            "category": claim.category,
            "draft": claim.draft,
            "usage": _spent(claim),
            "lease_until": claim.lease_until + HIDDEN_SECONDS,
        }
        condition = {":owner": claim.owner, ":processing": "processing", ":most": self._most_paid_calls}
        occupant, _ = self._update(claim, changes, _OURS_WITH_CALLS_LEFT, condition)
        ours = occupant is None or occupant.get("claim_owner") == claim.owner
        # Refused though it was counted: an earlier try had succeeded, and only its response was lost.
        if occupant is None or (ours and occupant.get("paid_calls") == changes["paid_calls"]):
            claim.paid_calls += 1
        elif ours:
            raise CallsExhausted(f"The {self._most_paid_calls} paid calls that an image may cost are used up.")
        else:
            raise ClaimLost(f"Row {claim.image_id} at {claim.processing_timestamp} was taken over.")

    def release(self, claim: Claim, error: BaseException) -> None:
        """Give the claim back: the row waits, and says why. Raises ClaimLost, or as `aws.translated`."""
        self._end(
            claim,
            {
                "processing_status": "waiting",
                "open_status": "waiting",
                "error_code": error.code if isinstance(error, OcrError) else type(error).__name__,
                "error_message": str(error),
                "draft": claim.draft,
                "usage": _spent(claim),
            },
        )

    def finish(self, claim: Claim, result: Mapping[str, Any]) -> None:
        """Write a result; its `processing_status` is a final one. Raises ClaimLost, or as `aws.translated`."""
        status = result["processing_status"]
        self._end(
            claim,
            {
                "error_code": None,
                "error_message": None,
                **result,
                "open_status": None if status == "completed" else status,
                "completed_at": timestamp(self._now()),
                "draft": None,
                "usage": {**_spent(claim), **result.get("usage", {}), "paid_calls": claim.paid_calls},
            },
        )

    def _end(self, claim: Claim, changes: Mapping[str, Any]) -> None:
        changes = {**changes, "paid_calls": claim.paid_calls, "lease_until": None}
        if changes["error_message"]:
            changes["error_message"] = changes["error_message"][:_LONGEST_MESSAGE]
        if changes.get("category") is None and claim.category:
            changes["category"] = claim.category
        occupant, _ = self._update(claim, changes, _OURS, {":owner": claim.owner, ":processing": "processing"})
        # Refused though the row is still ours: an earlier try had succeeded, and only its response was lost.
        if occupant is not None and occupant.get("claim_owner") != claim.owner:
            raise ClaimLost(
                f"Row {claim.image_id} at {claim.processing_timestamp} was taken over; our result is dropped."
            )

    def _claim_slot(self, claim: Claim, delivery: Delivery) -> dict[str, Any] | None:
        """None if the claim now holds the slot, with what earlier attempts left there; else the row that does."""
        now, upload = self._now(), delivery.upload
        changes = {
            "source_bucket": upload.bucket,
            "source_key": upload.key,
            "version_id": upload.version_id,
            "etag": upload.etag,
            "sequencer": upload.sequencer,
            "event_id": upload.event_id,
            "run": upload.run,
            "processing_status": "processing",
            "open_status": "processing",
            "claim_owner": claim.owner,
            "lease_until": claim.lease_until,
            "started_at": timestamp(now),
            "dead_lettered": None,
            **({"draft": delivery.answer} if delivery.answer else {}),
            **({"category": delivery.category} if delivery.category else {}),
        }
        condition: dict[str, Any] = {
            ":event": upload.event_id,
            ":waiting": "waiting",
            ":processing": "processing",
            ":now": int(now.timestamp()),
        }
        claimable = _CLAIMABLE
        if delivery.redriven:
            claimable, condition[":true"] = claimable + _OR_DEAD_LETTERED, True
        if delivery.owner:
            claimable, condition[":former"] = claimable + _OR_HANDED_OVER, delivery.owner
        occupant, row = self._update(claim, changes, claimable, condition, also=" ADD attempts :one")
        if occupant is not None and occupant.get("claim_owner") != claim.owner:
            return occupant
        row = row if occupant is None else occupant  # an earlier try had succeeded: its response was lost
        claim.attempts = row["attempts"]
        claim.paid_calls = row.get("paid_calls", 0)
        claim.category = row.get("category")
        claim.draft = row.get("draft")
        claim.usage = max(
            Usage.from_row(row.get("usage", {})),
            Usage.from_row(delivery.usage or {}),
            key=lambda usage: usage.output_tokens,
        )
        return None

    def _refused(self, upload: ImageUpload, occupant: Mapping[str, Any]) -> AlreadyFinished | Busy:
        where = f"s3://{upload.bucket}/{upload.key}"
        if occupant["processing_status"] != "processing":
            return AlreadyFinished(f"{where} is {occupant['processing_status']} already.")
        left = max(0.0, occupant["lease_until"] - self._now().timestamp())
        return Busy(f"Another invocation holds {where} for up to {left:.0f} s more.", retry_after=left)

    def _update(
        self, claim: Claim, changes: Mapping[str, Any], condition: str, values: Mapping[str, Any], also: str = ""
    ) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """(None, the row as it now is), or (the row as it stays, nothing) if the condition refuses."""
        update = update_of(changes)
        values = {**values, **({":one": 1} if also else {})}
        try:
            response = self._client.update_item(
                TableName=self._table,
                Key=to_item({"image_id": claim.image_id, "processing_timestamp": claim.processing_timestamp}),
                UpdateExpression=update.expression + also,
                ConditionExpression=condition,
                ExpressionAttributeNames=update.names,
                ExpressionAttributeValues={**update.values, **to_item(values)},
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and code_of(error) == "ConditionalCheckFailedException":
                return from_item(error.response.get("Item", {})), {}
            raise translated(error, f"Writing row {claim.image_id} at {claim.processing_timestamp}") from error
        return None, from_item(response["Attributes"])


def timestamp(moment: datetime) -> str:
    """A UTC time as it stands on rows: ISO 8601 with microseconds, which sorts as text."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _spent(claim: Claim) -> dict[str, Any]:
    return {**claim.usage.as_row(), "paid_calls": claim.paid_calls}
