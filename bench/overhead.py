"""What the service itself takes for an image: through the handler, on emulated AWS, with a model that needs no time."""

import json
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import BytesIO, StringIO
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import Figure, Figures, child

AIM_MS = 100.0
_PICTURES = ("2 MP JPEG", "12 MP JPEG")
_ANSWER = {"product_name": "Bench", "specifications": {}}


def at_once(request: Any, **_: Any) -> Any:
    """Answer InvokeModel with a tool call before the request is sent, as botocore's `before-send` event allows."""
    from botocore.awsrequest import AWSResponse

    tool = json.loads(request.body)["tool_choice"]["name"]
    message = {
        "id": "msg_bench",
        "type": "message",
        "role": "assistant",
        "model": "bench",
        "content": [{"type": "tool_use", "id": "toolu_bench", "name": tool, "input": _ANSWER}],
        "stop_reason": "tool_use",
        "usage": {"input_tokens": 2000, "output_tokens": 100},
    }
    body = json.dumps(message).encode()
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    return AWSResponse(request.url, 200, headers, BytesIO(body))


def cpu_ms(photo: bytes, rounds: int) -> list[float]:
    """Return the CPU milliseconds of each of `rounds` images after the first. Raises RuntimeError if a row is amiss."""
    from botocore.handlers import BUILTIN_HANDLERS

    from local.function import cold_start, invoke
    from local.notifications import notify
    from local.stack import BUCKET, embedded_stack

    BUILTIN_HANDLERS.append(("before-send.bedrock-runtime.InvokeModel", at_once))
    events: list[Mapping[str, Any]] = []
    measured = []
    with embedded_stack("http://127.0.0.1:9") as stack:  # nobody listens there, and nobody is asked
        notify(stack.s3, events.append)
        handler = cold_start()
        for each in range(rounds + 1):
            stack.s3.put_object(Bucket=BUCKET, Key=f"general/{each}.jpg", Body=photo)
            start = time.process_time()
            invoke(handler, events[-1])
            measured.append(1000 * (time.process_time() - start))
        wrong = [row for row in stack.table.scan()["Items"] if row["processing_status"] != "completed"]
    if wrong:
        raise RuntimeError(f"{len(wrong)} of {rounds + 1} images did not end as completed: {wrong[0]}")
    return measured[1:]


def figures(rounds: int) -> Figures:
    """Measure two sizes of photo. The emulation of S3 and DynamoDB is in the figure; no network is."""
    with tempfile.TemporaryDirectory() as folder:
        child("bench.pictures", folder)
        for name in _PICTURES:
            value = median(child("bench.overhead", str(Path(folder) / name), str(rounds)))
            yield Figure(
                f"overhead of a {name} with a 0 ms model, CPU, against the aim", value, "ms", AIM_MS, value / AIM_MS
            )


if __name__ == "__main__":
    picture, times = sys.argv[1:]
    with redirect_stdout(StringIO()):  # the function's log
        measured = cpu_ms(Path(picture).read_bytes(), int(times))
    sys.stdout.write(json.dumps(measured) + "\n")
