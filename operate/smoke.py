"""One photo through a deployed stage: does a row of specifications come out?"""

import argparse
import json
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import boto3
from rich.console import Console

from local.readable import printable
from operate.files import Photo
from operate.rows import ENDED, newest, number
from operate.stage import add_stage, output
from operate.upload import s3_client, upload

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "photos"
PATIENCE = 360.0  # seconds: a whole invocation (300 s) and a minute
PAUSE = 2.0  # seconds between two looks at the table


def configure(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_stage(command)
    command.add_argument("--photo", type=Path, help="another photo than the sample")


def run(options: argparse.Namespace, console: Console, session: boto3.Session, _ask: object) -> int:
    """Run the command; the exit code, as of `smoke`."""
    return smoke(session, options.stage, console, photo=options.photo)


def smoke(
    session: boto3.Session,
    stage: str,
    console: Console,
    *,
    photo: Path | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> int:
    """Send a photo through the stage and print its row. Returns 0 if it was read, else 1.

    A row that needs review was read too: the way through the service is what is tried here. After a pass the photo and
    its row are deleted; after a failure both stay, as they say what happened.
    Raises StageUnknownError, ClientError or BotoCoreError if the stage can't be used at all.
    """
    cloudformation = session.client("cloudformation")
    bucket = output(cloudformation, stage, "PhotoBucketName")
    table = session.resource("dynamodb").Table(output(cloudformation, stage, "SpecificationsTableName"))
    s3 = s3_client(session)
    path = photo or min(SAMPLES.glob("*.jpg"))
    key = f"smoke/{uuid.uuid4()}/{path.name}"
    [outcome] = upload([Photo(path, key)], s3, bucket)
    if outcome.status == "failed":
        console.print(
            f"FAIL: {printable(str(path))} could not be uploaded: {outcome.reason}", markup=False, soft_wrap=True
        )
        return 1
    where = printable(f"{path.name} to s3://{bucket}/{key}")
    console.print(f"Uploaded {where}. Waiting for its row.", markup=False, soft_wrap=True)

    started = clock()
    row = newest(table, bucket, key)
    while row.get("processing_status") not in ENDED and clock() - started < PATIENCE:
        sleep(PAUSE)
        row = newest(table, bucket, key)
    seconds = clock() - started
    if row:
        console.print_json(json.dumps(row, default=number))
    status = row.get("processing_status", "no row")
    if status not in ("completed", "needs_review"):
        console.print(
            f"FAIL after {seconds:.0f} s: {status}. {row.get('error_message', '')}\n"
            f"The photo and its row are kept. Look at the function's log (npx sls logs -f process --stage {stage}).",
            markup=False,
        )
        return 1
    s3.delete_object(Bucket=bucket, Key=key, VersionId=row["version_id"])
    table.delete_item(Key={name: row[name] for name in ("image_id", "processing_timestamp")})
    console.print(f"PASS in {seconds:.0f} s: {status}. The photo and its row are deleted again.", markup=False)
    return 0
