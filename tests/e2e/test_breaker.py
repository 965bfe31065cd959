"""The circuit breaker of the deployed stage: Bedrock fails, is spared, and is asked again when it's back."""

import time
from decimal import Decimal
from typing import Any

from tests.e2e import bedrock
from tests.e2e.stage import Stage, until

OUTAGE, REFUSED = 501, 502  # widths of the scenario's photos
KEY = {"name": "bedrock"}
CACHED_SECONDS = 2.0  # for so long a container goes by what it has seen


def test_opens_and_closes(stage: Stage) -> None:
    """Failing calls open it; a photo then waits unpaid; one call that succeeds closes it, and what waited is read."""
    stage.bedrock.behaves[OUTAGE] = bedrock.fails
    for number in range(8):
        stage.put(f"grocery/outage {number}.jpg", OUTAGE)
    until(lambda: breaker(stage).get("state") == "open", "an open breaker")

    stays_open_for(stage, 20)  # no photo comes back from the queue much sooner
    stage.put("grocery/refused.jpg", REFUSED)
    assert stage.waiting("grocery/refused.jpg")["error_code"] == "breaker_open"
    assert stage.bedrock.asked[REFUSED] == 0
    del stage.bedrock.behaves[OUTAGE]

    stays_open_for(stage, 0)
    stage.put("grocery/probe.jpg", 320)
    assert stage.ended("grocery/probe.jpg")["processing_status"] == "completed"
    assert breaker(stage)["state"] == "closed"
    assert stage.ended("grocery/refused.jpg")["processing_status"] == "completed"


def stays_open_for(stage: Stage, seconds: float) -> None:
    """Shorten the minute that the open breaker stays open, and let every container know."""
    retry_at = Decimal(str(time.time() + seconds))
    stage.coordination.update_item(
        Key=KEY, UpdateExpression="SET retry_at = :at", ExpressionAttributeValues={":at": retry_at}
    )
    time.sleep(CACHED_SECONDS)


def breaker(stage: Stage) -> dict[str, Any]:
    """What all containers know of Bedrock."""
    found: dict[str, Any] = stage.coordination.get_item(Key=KEY, ConsistentRead=True).get("Item", {})
    return found
