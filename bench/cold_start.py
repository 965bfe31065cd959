"""handler.py in a fresh process until its clients are ready, against plain boto3 making three clients."""

import os

from bench.figures import Figures, child_cpu_ms, in_turns, paired

# What a function is told; nothing is sent to anybody.
ENVIRON = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "PHOTO_BUCKET": "photos",
    "SPECIFICATIONS_TABLE": "specifications",
    "RETRY_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/retry",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/dead",
    "MODELS": "global.anthropic.claude-sonnet-4-6",
    "STAGE": "bench",
}

# An event without records goes all the way through the handler, and asks nothing of AWS.
OURS = """
from handler import handler

class Context:
    aws_request_id = "bench"

    def get_remaining_time_in_millis(self):
        return 300_000

handler({"Records": []}, Context())
"""

PLAIN = """
import boto3

for service in ("s3", "dynamodb", "bedrock-runtime"):
    boto3.client(service)
"""


def figures(rounds: int) -> Figures:
    """Measure whole processes in turns, by the CPU time that they take."""
    environ = {**os.environ, **ENVIRON}
    for code in (OURS, PLAIN):  # once for the compiled modules and the file cache
        child_cpu_ms(code, environ)
    measured = in_turns(rounds, lambda: child_cpu_ms(OURS, environ), lambda: child_cpu_ms(PLAIN, environ))
    yield paired("cold start to ready clients, CPU of the whole process", "ms", *measured)
