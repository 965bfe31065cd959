"""Fixtures that several tests share."""

import os
from collections.abc import Iterator

import pytest

from local.stack import Stack, embedded_stack
from tests.world import World


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """Emulated S3, DynamoDB and SQS, and the function's environment; a Bedrock where nobody answers."""
    with embedded_stack("http://127.0.0.1:9") as stack:
        yield stack


@pytest.fixture
def world(stack: Stack) -> Iterator[World]:
    """The service on the emulated stack, with a scripted model and a clock of its own; its table is empty."""
    world = World(stack, os.environ)
    yield world
    for row in world.rows():
        stack.table.delete_item(Key={name: row[name] for name in ("image_id", "processing_timestamp")})
