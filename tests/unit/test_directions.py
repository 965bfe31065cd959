"""What import-linter can't see: it reads packages, and the handler is a file."""

import ast
from pathlib import Path


def test_the_handler_knows_no_adapter() -> None:
    """handler.py comes in by bootstrap, process and events; neither an adapter nor boto3 is named in it."""
    tree = ast.parse((Path(__file__).parents[2] / "handler.py").read_text(encoding="utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {"pipeline.bootstrap", "pipeline.events", "pipeline.process"} <= names
    assert not names & {"boto3", "botocore", *(f"pipeline.{name}" for name in ("bedrock", "bucket", "queue", "store"))}
