"""docs/runbook.md: every alarm has its heading, and everything that it tells people to type can be typed."""

import io
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from local.stack import BUCKET
from operate.__main__ import main
from operate.stage import defaults
from tests.commands import parsed, typed
from tests.deployed import DeployedStage
from tests.integration.deployment import packaged
from tests.integration.watched import alarms, of_type
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    """The template of a stage with all alarms: the ceiling's is only there with a ceiling."""
    return packaged("--stage", "dev", "--param", "dailyCeilingUsd=20", dependencies=False).plain


def test_every_alarm_has_its_heading(template: dict[str, Any]) -> None:
    """The alarms and the headings with a hyphen or a small letter are the same, and each mail names its heading."""
    found = alarms(template)
    assert set(found) == {heading for heading in HEADINGS if heading[0].islower()}
    for name, alarm in found.items():
        assert alarm["AlarmDescription"].endswith(f"More: docs/runbook.md, {name}.")


def test_every_alarm_says_what_it_means_where_to_look_and_what_mends_it() -> None:
    """Below each alarm's heading there are these three, in this order, and a command or another alarm to go to."""
    for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        name = section.partition("\n")[0]
        if name[0].islower():
            assert re.findall(r"^\*\*(\w+)\.\*\*", section, re.MULTILINE) == ["Means", "Look", "Mend"], name
            others = [other for other in HEADINGS if other != name and re.search(rf"\b{other}\b", section)]
            assert typed(section) or others, name


def test_every_command_can_be_typed() -> None:
    """Commands of ours exist with these options; parameters are the service's; npm's scripts are there."""
    lines = typed(PAGE)
    assert len(lines) > 30
    scripts = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["scripts"]
    for line in lines:
        words = shlex.split(line)
        if words[0] == "npm":
            assert words[2] in scripts, line
            parsed(line)
        else:
            assert words[:2] == ["npx", "sls"], line
            assert words[2] in ("deploy", "logs"), line
            for given in re.findall(r"--param (\w+)=", line):
                assert given in defaults(), line


def test_a_command_that_there_isnt_is_found() -> None:
    """A wrong command, a wrong option and a missing stage are refused."""
    for line in (
        "npm run operate -- redrove --stage dev",
        "npm run operate -- redrive --stage dev --onlly x",
        "npm run operate -- status",
    ):
        with pytest.raises(SystemExit):
            parsed(line)


def test_every_query_and_parameter_is_there(template: dict[str, Any]) -> None:
    """The saved queries in italics, and the parameters in code, have these names."""
    saved = {query["Name"].partition("/")[2] for query in of_type(template, "AWS::Logs::QueryDefinition").values()}
    named = set(re.findall(r"(?:query|by) \*([A-Z][a-z ]+)\*", PAGE))
    assert named
    assert named <= saved
    for name in re.findall(r"`([a-z]+[A-Z]\w+)(?:=\d+)?`", PAGE):
        assert name in defaults(), name


def test_every_code_of_dead_letters_is_one() -> None:
    """The codes in the table are those of the error tree, of Lambda, and of the command."""
    source = "".join(path.read_text(encoding="utf-8") for path in ((ROOT / "pipeline").glob("*.py")))
    source += (ROOT / "operate" / "dead_letters.py").read_text(encoding="utf-8")
    table = PAGE.partition("| code |")[2].partition("\n\n")[0]
    codes = re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table.splitlines()[2:]))
    assert len(codes) > 10
    for code in codes:
        assert f'"{code}"' in source, code


def test_the_permissions_are_those_that_the_commands_use(world: World) -> None:
    """Each command asks of S3, SQS and DynamoDB just what its line in the table says, and the line says no more."""
    lines = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE.partition("| permissions |")[2], re.MULTILINE)
    told = {name: set(re.findall(r"`((?:s3|sqs|dynamodb):\w+)`", said)) for name, said in lines}
    assert told.keys() == {"status", "show", "breaker", "redrive"}
    dead = {"upload": {"bucket": BUCKET, "key": "a.jpg", "requested_at": "2026-11-24T09:00:00Z"}, "reason": {}}
    for body in (dead, {}):  # one is moved, one is shown again
        world.stack.sqs.send_message(QueueUrl=world.stack.dead_letter_queue_url, MessageBody=json.dumps(body))
    typed_as = {
        "status": ["status"],
        "show": ["show", "grocery/jam.jpg"],
        "breaker": ["breaker", "open"],
        "redrive": ["redrive", "--yes"],
    }
    for name, words in typed_as.items():
        session, used = DeployedStage(), set()
        session.events.register("before-call", lambda model, used=used, **_: used.add(_permission(model)))
        main([*words, "--stage", "dev"], Console(file=io.StringIO()), session)
        assert used == told[name], name


def _permission(operation: Any) -> str:
    """The IAM action that an API operation needs (Service Authorization Reference)."""
    service = operation.service_model.signing_name
    others = {"ListObjectVersions": "ListBucketVersions"}
    return f"{service}:{others.get(operation.name, operation.name.removesuffix('Batch'))}"
