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
    until(lambda: breaker(stage).get("state") == "open", "an open breaker", 30)

    retry_at = time.time() + 10  # stands for the minute that it stays open
    stage.coordination.update_item(
        Key=KEY, UpdateExpression="SET retry_at = :soon", ExpressionAttributeValues={":soon": Decimal(str(retry_at))}
    )
    time.sleep(CACHED_SECONDS)  # now every container goes by it
    stage.put("grocery/refused.jpg", REFUSED)
    assert stage.waiting("grocery/refused.jpg")["error_code"] == "breaker_open"
    assert stage.bedrock.asked[REFUSED] == 0
    del stage.bedrock.behaves[OUTAGE]

    time.sleep(max(0.0, retry_at - time.time()) + 0.5)
    stage.put("grocery/probe.jpg", 320)
    assert stage.ended("grocery/probe.jpg")["processing_status"] == "completed"
    assert breaker(stage)["state"] == "closed"
    assert stage.ended("grocery/refused.jpg", 40)["processing_status"] == "completed"


def breaker(stage: Stage) -> dict[str, Any]:
    """What all containers know of Bedrock."""
    found: dict[str, Any] = stage.coordination.get_item(Key=KEY, ConsistentRead=True).get("Item", {})
    return found
