"""docs/plugins.md, held to its word: each example is loaded and does what is said, each mistake is refused as shown."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from botocore.loaders import Loader

from pipeline.catalog import load_catalog
from pipeline.errors import PluginRefused
from pipeline.plugins import load_plugins
from tests.integration.lambda_on_loopback import Request, Response, serving
from tests.plugin_packages import EXAMPLE, EXAMPLE_LINE, ROOT, forget, installed_example, lay_out
from tests.wire import JAM, records
from tests.world import World

DOCS = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
HOOKS = ["register_extractors", "choose_category", "review_specifications", "read_text", "image_finished"]
ROW = re.compile(r"^\| (.+) \| `{1,2}(Plugin .+?)`{1,2} \|$", re.MULTILINE)


def section(hook: str) -> str:
    """What the page says of a hook."""
    return DOCS.partition(f"\n### `{hook}`\n")[2].partition("\n## ")[0].partition("\n### ")[0]


@pytest.fixture
def documented(
    request: pytest.FixtureRequest, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """The service with the example of a hook, as it stands on the page, installed."""
    [source] = re.findall(r"^```python\n(.*?)^```$", section(request.param), re.MULTILINE | re.DOTALL)
    lay_out(tmp_path, "documented", source)
    monkeypatch.syspath_prepend(str(tmp_path))
    plugins = load_plugins()
    world.replace(plugins=plugins, catalog=load_catalog(plugins))
    yield world
    forget("documented")


def example_of(hook: str) -> pytest.MarkDecorator:
    """Installs the example of this hook."""
    return pytest.mark.parametrize("documented", [hook], indirect=True)


def test_every_hook_is_documented() -> None:
    """The page has a section with an example for each hook that there is."""
    source = (ROOT / "pipeline" / "hookspecs.py").read_text(encoding="utf-8")
    assert sorted(HOOKS) == sorted(re.findall(r"^@hookspec.*\ndef (\w+)\(", source, re.MULTILINE))
    assert re.findall(r"^### `(\w+)`$", DOCS, re.MULTILINE) == HOOKS
    assert all("```python" in section(hook) for hook in HOOKS)


def test_the_line_that_packs_is_the_one_that_is_tried() -> None:
    """The page and the package's README name the line with which the packaged function is tested."""
    assert f"echo {EXAMPLE_LINE} >> requirements-plugins.txt" in DOCS
    assert f"\n{EXAMPLE_LINE}\n" in (EXAMPLE / "README.md").read_text(encoding="utf-8")


@example_of("register_extractors")
@pytest.mark.parametrize(("fineness", "status"), [(750, "completed"), (585, "needs_review")])
def test_register_extractors_example(documented: World, fineness: int, status: str) -> None:
    """A ring is read as jewellery; 18 carats and 750 agree, 18 carats and 585 need a review."""
    event = documented.put("jewellery/ring.jpg")
    answer = records("jewellery", {"carat": 18, "fineness": fineness})
    documented.models.answers(answer, answer)  # what contradicts itself is asked about once more
    documented.handle(event)
    row = documented.row("jewellery/ring.jpg")
    assert (row["category"], row["processing_status"]) == ("jewellery", status)
    assert "This photo: Jewellery." in str(documented.models.requests[0]["system"])
    if status == "needs_review":
        [finding] = row["findings"]
        assert finding["path"] == "specifications.fineness"
        assert finding["message"] == "18 carats are 750 thousandths, not 585: one of them is misread."


@example_of("choose_category")
def test_choose_category_example(documented: World) -> None:
    """A photo named by an ISBN is read as a book, unless the uploader says otherwise; any other by its key's folder."""
    events = [
        documented.put("grocery/9783161484100.jpg"),
        documented.put("grocery/9783161484100 b.jpg", category="general"),
        documented.put("grocery/4006381333931.jpg"),
    ]
    documented.models.answers(records("book"), records("general"), records("grocery"))
    for event in events:
        documented.handle(event)
    categories = {row["source_key"]: row["category"] for row in documented.rows()}
    assert list(categories.values()) == ["grocery", "general", "book"], categories
    [*_, line] = documented.logged("image.finished")
    assert line["category_source"] == "key"


@example_of("review_specifications")
def test_review_specifications_example(documented: World) -> None:
    """Goods without a GTIN and books without an ISBN need a review; with it they are completed."""
    answers = {
        "grocery/a.jpg": JAM,
        "grocery/b.jpg": {"net_content": JAM["net_content"]},
        "book/c.jpg": {"isbn": "9783161484100"},
        "book/d.jpg": {"gtin": "9783161484100"},
    }
    found = {}
    for key, specifications in answers.items():
        event = documented.put(key)
        documented.models.answers(records(key.partition("/")[0], specifications))
        documented.handle(event)
        row = documented.row(key)
        found[key] = (row["processing_status"], [finding["path"] for finding in row["findings"]])
    assert found == {
        "grocery/a.jpg": ("completed", []),
        "grocery/b.jpg": ("needs_review", ["specifications.gtin"]),
        "book/c.jpg": ("completed", []),
        "book/d.jpg": ("needs_review", ["specifications.isbn"]),
    }


@example_of("read_text")
def test_read_text_example(documented: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Textract sees the jam and no brand: the name gains confidence, the brand loses some, and a warning says so."""
    lines = [{"BlockType": "PAGE"}, {"BlockType": "LINE", "Text": "Plum jam"}, {"BlockType": "LINE", "Text": "340 g"}]
    sent: list[Request] = []

    def answer(request: Request) -> Response:
        sent.append(request)
        return Response({"Blocks": lines})

    with serving(answer) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL_TEXTRACT", f"http://{address}")
        event = documented.put("grocery/a.jpg")
        documented.models.answers(records("grocery", {"net_content": JAM["net_content"]}))
        documented.handle(event)
    assert [request.headers["X-Amz-Target"] for request in sent] == ["Textract.DetectDocumentText"]
    row = documented.row("grocery/a.jpg")
    sure = row["field_confidence"]
    assert sure["product_name"] > 0.95 > 0.85 > sure["brand"]
    assert [found["path"] for found in row["findings"] if found["path"]] == ["brand"]


@example_of("image_finished")
def test_image_finished_example(documented: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """EventBridge is sent the rows that are ready, and no image that failed; an event it doesn't take is in the log."""
    sent: list[Request] = []
    failures = [0, 1]

    def answer(request: Request) -> Response:
        sent.append(request)
        return Response({"FailedEntryCount": failures[len(sent) - 1], "Entries": [{"EventId": "1"}]})

    with serving(answer) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL_EVENTBRIDGE", f"http://{address}")
        for key in ("grocery/a.jpg", "grocery/b.jpg"):
            event = documented.put(key)
            documented.models.answers(records("grocery", JAM))
            documented.handle(event)
        documented.handle(documented.put("grocery/c.jpg", b"no photo"))
    assert [row["processing_status"] for row in documented.rows()] == ["completed", "completed", "failed"]
    assert [request.headers["X-Amz-Target"] for request in sent] == ["AWSEvents.PutEvents"] * 2
    [entry] = json.loads(sent[0].body)["Entries"]
    assert (entry["Source"], entry["DetailType"]) == ("product-ocr", "Product read")
    row = documented.row("grocery/a.jpg")
    assert json.loads(entry["Detail"]) == {
        "image_id": row["image_id"],
        "key": "grocery/a.jpg",
        "status": "completed",
    }
    [line] = documented.logged("plugin.failed")
    assert (line["hook"], line["plugin"]) == ("image_finished", "documented")


def test_the_operation_it_adds_is_one_that_aws_has() -> None:
    """The lines for serverless.yml name an operation that botocore knows, and the policy allows just that."""
    operations, policy = (
        yaml.load(block, NoTags)  # noqa: S506
        for block in re.findall(r"^```yaml\n(.*?)^```$", section("image_finished"), re.MULTILINE | re.DOTALL)
    )
    [(service, [operation])] = operations["operations"].items()
    assert operation in Loader().load_service_model(service, "service-2")["operations"]
    [statement] = policy[0]["PolicyDocument"]["Statement"]
    assert statement["Action"] == f"{service}:{operation}"


class NoTags(yaml.SafeLoader):
    """Reads YAML with CloudFormation's tags, as the text behind them."""


NoTags.add_multi_constructor("!", lambda loader, _, node: loader.construct_scalar(node))


def changed(file: str, old: str, new: str) -> Callable[[Path], None]:
    """A mistake in a file of the package: this text instead of that, once."""

    def change(site: Path) -> None:
        [path] = site.glob(file)
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


CODE, SCHEMA, PROMPT = (f"garden_seeds/{name}" for name in ("__init__.py", "schema.json", "prompt.md"))
ENTRY_POINTS = "*.dist-info/entry_points.txt"
MISTAKES = {
    "an entry point in another group": changed(ENTRY_POINTS, "[product_ocr]", "[product-ocr]"),
    "an entry point whose name is taken": changed(ENTRY_POINTS, "garden_seeds=", "extractors.book="),
    "a module that can't be imported": changed(CODE, "import pluggy", "import plugy"),
    "no function marked, or marked for another project": changed(CODE, '"product_ocr"', '"product-ocr"'),
    "a misspelt hook": changed(CODE, "def register_extractors", "def register_extractor"),
    "a hook's argument by another name": changed(CODE, "s(register)", "s(registry)"),
    "a hook marked as a wrapper": changed(CODE, "@hookimpl", "@hookimpl(wrapper=True)"),
    "`register` called with another argument": changed(CODE, "check=check", "chek=check"),
    "`register` never called": changed(CODE, 'register("garden_seeds", ', "dict("),
    "a category that is no plain name": changed(CODE, 'register("garden_seeds"', 'register("garden-seeds"'),
    "a duplicate category": changed(CODE, 'register("garden_seeds"', 'register("grocery"'),
    "a check with other arguments": changed(CODE, "def check(product)", "def check(product, image)"),
    "a check that is no function": changed(CODE, "check=check", 'check="check"'),
    "a schema that isn't JSON": changed(SCHEMA, '"type": "object",', '"type": "object"'),
    "a schema that is no JSON Schema": changed(SCHEMA, "^F[12]$", "^F[12$"),
    "a misspelt keyword": changed(SCHEMA, '"uniqueItems"', '"unique"'),
    "an unknown format": changed(SCHEMA, '"pattern": "^F[12]$"', '"format": "date"'),
    "a reference to what isn't defined": changed(SCHEMA, "$defs/mass", "$defs/masse"),
    "a reference to another file": changed(SCHEMA, "product.json#/$defs/mass", "grocery.json#/properties/gtin"),
    "a definition that `product.json` has": changed(SCHEMA, '"months": {', '"mass": {'),
    "no line to choose it by": changed(SCHEMA, '"description": "Packets', '"default": "Packets'),
    "an undefined variable in the prompt": changed(PROMPT, "$title", "$name"),
    "a lone dollar sign in it": changed(PROMPT, "Price groups", "Price groups and $5"),
    "a file's name for the prompt itself": changed(CODE, '_HERE / "prompt.md"', '"prompt.md"'),
    "a file that wasn't packed": lambda site: (site / SCHEMA).unlink(),
}


def test_every_mistake_of_the_table_is_tried() -> None:
    """The table and the mistakes that are tried here are the same."""
    assert [mistake for mistake, _ in ROW.findall(DOCS)] == list(MISTAKES)


@pytest.mark.parametrize(("mistake", "sentence"), ROW.findall(DOCS), ids=[mistake for mistake, _ in ROW.findall(DOCS)])
def test_a_mistake_is_refused_as_the_table_says(
    mistake: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy of the package with just this mistake stops the service with the sentence beside it (`...`: and so on)."""
    folder = tmp_path / "site"
    shutil.copytree(installed_example(), folder)
    MISTAKES[mistake](folder)
    monkeypatch.syspath_prepend(str(folder))
    with pytest.raises(PluginRefused) as refused:
        load_catalog(load_plugins())
    forget("garden_seeds")
    said = str(refused.value).replace(str(folder), "…")
    assert re.fullmatch(re.escape(sentence).replace(r"\.\.\.", ".*"), said), said


def test_without_a_mistake_it_is_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same package, unchanged, is there."""
    monkeypatch.syspath_prepend(str(installed_example()))
    assert "garden_seeds" in load_catalog(load_plugins())
    forget("garden_seeds")
