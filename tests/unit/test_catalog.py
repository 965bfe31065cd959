"""The catalog: an extractor's data becomes a tool, a prompt and a validator; what is wrong with it is said at start."""

import copy
import json
from pathlib import Path

import pluggy
import pytest
from jsonschema import Draft202012Validator
from jsonschema_specifications import REGISTRY as SPECIFICATIONS

from extractors import general
from pipeline import hookspecs
from pipeline.catalog import load_catalog
from pipeline.errors import PluginRefused, ServiceMisconfigured
from pipeline.formats import CHECKS
from pipeline.schemas import unknown_keywords

ROOT = Path(__file__).resolve().parents[2]
SHARED = json.loads((ROOT / "schemas" / "product.json").read_text(encoding="utf-8"))["$defs"]
TOY = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$comment": "for maintainers",
    "title": "Toy",
    "description": "Toys and games.",
    "type": "object",
    "properties": {"weight": {"$ref": "product.json#/$defs/mass", "$comment": "for maintainers"}},
    "additionalProperties": {"$ref": "product.json#/$defs/printed_value"},
}
PROMPT = "# This photo: $title ($category)\n\nCall $tool. It costs $$5."
hookimpl = pluggy.HookimplMarker(hookspecs.PROJECT)


class Plugin:
    """A plugin that registers what it is given."""

    def __init__(self, category="toy", **given):
        self.category = category
        self.given = {"schema": TOY, "prompt": PROMPT, **given}

    @hookimpl
    def register_extractors(self, register):
        register(self.category, **self.given)


def catalog_with(*plugins, **options):
    # Not with all that is installed here, which might have such categories, too.
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(general)
    for index, plugin in enumerate(plugins):
        manager.register(plugin, f"test-plugin-{index}")
    return load_catalog(manager, **options)


def toy(**given):
    return catalog_with(Plugin(**given))["toy"]


def refusal(*plugins, **given):
    with pytest.raises(PluginRefused) as caught:
        catalog_with(*(plugins or [Plugin(**given)]))
    return str(caught.value)


def schema(**changes):
    made = {**copy.deepcopy(TOY), **changes}
    return {name: value for name, value in made.items() if value is not ...}


def with_property(node, **changes):
    return schema(properties={"it": node}, **changes)


def test_an_extractor_is_its_data_made_ready():
    """Category, line, prompt, tool and version come from the schema and the prompt, and a check may be absent."""
    made = toy()
    assert (made.category, made.description) == ("toy", "Toys and games.")
    assert made.prompt.endswith("# This photo: Toy (toy)\n\nCall record_toy. It costs $5.\n")
    assert made.prompt.startswith((ROOT / "prompts" / "system.md").read_text(encoding="utf-8")[:100])
    assert (made.tool["name"], "Toys and games." in made.tool["description"]) == ("record_toy", True)
    assert list(made.check({})) == []


def test_the_schema_is_merged_with_the_envelope():
    """The tool asks for the envelope with the category's properties inside, and brings along just what is used."""
    merged = toy(schema=with_property({"$ref": "product.json#/$defs/text"})).tool["input_schema"]
    assert merged["required"] == ["specifications"]
    [given] = merged["properties"]["specifications"]["properties"].values()
    assert given == {"$ref": "#/$defs/text"}
    assert merged["$defs"] == {"text": SHARED["text"]}
    assert "product.json" not in json.dumps(merged)


def test_legibility_is_asked_for_unless_it_is_switched_off():
    """Without it neither tool nor prompt speaks of it, and the extractor is of another version."""
    asked, silent = toy(), catalog_with(Plugin(), ask_legibility=False)["toy"]
    assert asked.tool["input_schema"]["properties"].keys() - silent.tool["input_schema"]["properties"] == {"legibility"}
    assert "legibility" not in silent.prompt
    assert asked.version != silent.version


def test_what_is_used_once_stands_in_its_place():
    """A definition that is used once is no reference any more, whatever words stand beside it; one used twice is."""
    once = {"$ref": "product.json#/$defs/country_of_origin", "title": "Origin"}
    merged = toy(schema=with_property(once)).tool["input_schema"]
    [given] = merged["properties"]["specifications"]["properties"].values()
    country = SHARED["country"]
    assert given == country | {"title": "Origin", "description": SHARED["country_of_origin"]["description"]}
    assert not {"country", "country_of_origin"} & set(merged["$defs"])
    twice = toy(schema=schema(properties={name: once for name in "ab"})).tool["input_schema"]
    assert twice["properties"]["specifications"]["properties"]["a"] == once | {"$ref": "#/$defs/country_of_origin"}
    assert twice["$defs"]["country_of_origin"] == country | {
        key: SHARED["country_of_origin"][key] for key in ("title", "description")
    }


def test_a_narrowed_definition_stays_a_reference():
    """Where properties stand beside a reference it stays: what the definition closes would else be opened."""
    narrowed = {"$ref": "product.json#/$defs/quantity", "properties": {"unit": {"enum": ["kg"]}}}
    made = toy(schema=with_property(narrowed))
    assert "quantity" in made.tool["input_schema"]["$defs"]
    product = {"specifications": {"it": {"value": 1, "unit": "kg", "note": "about"}}}
    assert [error.json_path for error in made.validator.iter_errors(product)] == ["$.specifications.it"]


def test_notes_for_maintainers_are_not_paid_for():
    """$schema, $id and $comment stay at home; a plugin's dict is not changed by that."""
    given = copy.deepcopy(TOY)
    assert not {"$schema", "$id", "$comment"} & toy(schema=given).tool["input_schema"].keys()
    assert "for maintainers" not in json.dumps(toy(schema=given).tool)
    assert given == TOY


def test_schema_and_prompt_may_be_files(tmp_path):
    """A plugin may give paths as well as a dict and a text: it comes to the same extractor."""
    (tmp_path / "toy.json").write_text(json.dumps(TOY), encoding="utf-8")
    (tmp_path / "toy.md").write_text(PROMPT, encoding="utf-8")
    assert toy(schema=tmp_path / "toy.json", prompt=tmp_path / "toy.md") == toy()


def test_the_version_follows_what_the_model_is_told():
    """Prompt and schema are in the version, and nothing else is: the same data always has the same stamp."""
    stamps = {toy().version, toy(prompt=PROMPT + "!").version, toy(schema=schema(maxProperties=9)).version}
    assert len(stamps) == 3
    assert toy(check=lambda _: []).version == toy().version
    assert len(toy().version) == 12


def test_own_definitions_come_along():
    """A category may define things of its own, which may use the shared ones."""
    own = {"box": {"type": "object", "properties": {"depth": {"$ref": "product.json#/$defs/length"}}}, "unused": {}}
    made = toy(schema=with_property({"$ref": "#/$defs/box"}, **{"$defs": own})).tool["input_schema"]
    [given] = made["properties"]["specifications"]["properties"].values()
    assert given["properties"]["depth"]["properties"] == SHARED["length"]["properties"]
    assert "unused" not in json.dumps(made)


def test_the_catalog_is_in_alphabetical_order():
    """The order is the same however plugins are found, so that the choice's request is, too."""
    names = list(catalog_with(Plugin("zebra"), Plugin("aardvark")))
    assert names == sorted(names)
    assert {"zebra", "aardvark", "general"} <= set(names)


def test_formats_are_checked_and_none_is_passed_over():
    """Each registered format refuses a wrong text in a plugin's own schema."""
    for name in CHECKS:
        made = toy(schema=with_property({"type": "string", "format": name}))
        product = {"specifications": {"it": "no such thing"}}
        assert [error.validator for error in made.validator.iter_errors(product)] == ["format"], name


def test_a_property_may_be_called_like_a_keyword():
    """Properties named format, $ref or $defs are properties, and not taken for what they are called."""
    made = toy(schema=schema(properties={"format": {"type": "string"}, "$ref": {"type": "string"}}))
    product = {"specifications": {"format": "A4", "$ref": "B-17"}}
    assert list(made.validator.iter_errors(product)) == []


def test_all_of_json_schemas_keywords_are_known():
    """What the dialect's own vocabularies name is never taken for misspelt."""
    uris = [
        f"https://json-schema.org/draft/2020-12/{part['$ref']}" for part in Draft202012Validator.META_SCHEMA["allOf"]
    ]
    named = {word: True for uri in uris for word in SPECIFICATIONS.contents(uri)["properties"]}
    assert len(named) > 50
    assert list(unknown_keywords(named)) == []


@pytest.mark.parametrize("category", ["Toy", "", "9lives", "toy-car", "toy car", "t" * 58, None, 7, "игрушка", "toy\n"])
def test_a_category_has_a_plain_name(category):
    """A name that Claude's tools, keys and metrics couldn't have is refused, with the rule."""
    assert "a name is a-z, 0-9 and _" in refusal(category=category)


def test_the_longest_name_makes_a_tool_that_claude_takes():
    """57 characters are allowed, and make a tool's name of 64."""
    assert len(catalog_with(Plugin("t" * 57))["t" * 57].tool["name"]) == 64


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (schema(description=...), ["`description` of one line"]),
        (schema(description="Toys.\nAnd games."), ["`description` of one line"]),
        (schema(description="  "), ["`description` of one line"]),
        (schema(propertees={}), ["no keyword propertees."]),
        (with_property({"tpye": "string"}), ["no keyword properties.it.tpye."]),
        (with_property({"anyOf": [{}, {"items": {"minimun": 1}}]}), ["properties.it.anyOf.1.items.minimun."]),
        (schema(type="array"), ["must be a plain object"]),
        (schema(anyOf=[{}]), ["no allOf, oneOf or anyOf"]),
        (with_property({"type": "strin"}), ["not a JSON Schema at properties.it.type: 'strin'"]),
        (with_property({"type": "string", "pattern": "("}), ["not a JSON Schema", "pattern"]),
        (with_property({"minimum": "1"}), ["not a JSON Schema", "minimum"]),
        (with_property({"type": "string", "format": "date"}), ["unknown format date", "partial-date"]),
        (with_property({"items": {"type": "string", "format": "ean"}}), ["unknown format ean"]),
        (with_property({"$ref": "https://example.com/x.json"}), ["'https://example.com/x.json' points elsewhere"]),
        (with_property({"$ref": "book.json#/$defs/x"}), ["'book.json#/$defs/x' points elsewhere"]),
        (with_property({"$ref": "#/properties/y"}), ["'#/properties/y' points elsewhere"]),
        (with_property({"$ref": "#/$defs/mas"}), ["nothing is defined as 'mas'"]),
        (with_property({"$ref": "product.json#/$defs/mas"}), ["nothing is defined as 'mas'"]),
        (schema(**{"$defs": {"mass": {}}}), ["product.json defines mass already"]),
        (
            schema(properties={"shoeWidth": {}, "sole": {}}, propertyNames={"pattern": "^[a-z_]+$"}),
            ["its propertyNames refuse shoeWidth, which could never be given"],
        ),
        (schema(propertyNames={"pattern": r"^\p{L}+$"}), ["not a JSON Schema at propertyNames.pattern"]),
        (schema(propertyNames="^[a-z]+$"), ["not a JSON Schema at propertyNames"]),
        (schema(**{"$defs": None}), ["not a JSON Schema"]),
        (schema(properties=None), ["not a JSON Schema"]),
        (
            with_property({"type": "string", "examples": ["EU 42", 7]}),
            ["the example 7 of it is none of its values: 7 is not of type 'string'."],
        ),
    ],
)
def test_a_schema_that_would_fail_later_is_refused_now(given, words):
    """Each fault of a schema is found at start, with plugin, category and what to do; jsonschema alone passes many."""
    said = refusal(schema=given)
    assert said.startswith("Plugin test-plugin-0: Category 'toy', schema (given as a dict): ")
    assert all(word in said for word in words), said


def test_a_property_that_stands_twice_is_refused(tmp_path):
    """Of two properties of one name JSON's reader keeps the last: which was meant, a person has to say."""
    file = tmp_path / "toy.json"
    file.write_text('{"title": "Toys", "properties": {"lining": {}, "sole": {}, "lining": {}}}', encoding="utf-8")
    assert refusal(schema=file).endswith("toy.json: lining stands twice in one object. Keep one of them.")


@pytest.mark.parametrize(("given", "kind"), [("schemas/toy.json", "str"), (None, "NoneType"), ([], "list")])
def test_a_schema_that_is_neither_a_file_nor_a_dict_is_refused(given, kind):
    """A path as a text, above all, is refused with what to give instead."""
    said = f"Category 'toy', schema {given!r}: is a {kind}. Give a pathlib.Path to its file, or a dict."
    assert refusal(schema=given) == f"Plugin test-plugin-0: {said}"


async def later(_product):
    """A check that nobody would await."""
    return ()


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ("check", "its check is a str. Give a function that takes the product."),
        (
            lambda _product, _image: (),
            "its check takes _product, _image. It is called with the product alone: check(product).",
        ),
        (later, "its check is async. Give a plain function: nobody awaits it."),
        (lambda: (), "its check takes nothing. It is called with the product alone: check(product)."),
    ],
)
def test_a_check_that_could_not_be_called_is_refused(check, words):
    """What can't be called with a product alone is found at the start, and not at the first photo."""
    assert refusal(check=check) == f"Plugin test-plugin-0: Category 'toy': {words}"


def test_a_prompt_in_a_language_without_spaces_is_a_prompt():
    """Not every language has spaces between words: only what looks like a file is taken for one."""
    assert (
        "ラベルに印刷された文字だけを"
        in toy(prompt="この写真は$titleです。ラベルに印刷された文字だけを記録します。").prompt
    )


@pytest.mark.parametrize(
    "given",
    [
        schema(properties={"any": True}, propertyNames=True),
        with_property({"$ref": "#/$defs/any"}, **{"$defs": {"any": True}}),
        with_property({"items": {"$ref": "#/$defs/any"}, "not": False}, **{"$defs": {"any": True}}),
    ],
)
def test_true_and_false_are_schemas(given):
    """JSON Schema has true and false for anything and nothing: they are taken wherever a schema may stand."""
    product = {"specifications": {}}
    assert list(toy(schema=given).validator.iter_errors(product)) == []


def test_data_in_a_schema_is_left_as_it_is():
    """What const, enum, default and examples hold looks like a schema at most, and is none."""
    data = {"$ref": "#/$defs/mass", "$comment": "kept", "format": "paperback"}
    node = {"const": data, "enum": [data], "default": data, "examples": [data]}
    [given] = (
        toy(schema=with_property(node)).tool["input_schema"]["properties"]["specifications"]["properties"].values()
    )
    assert given == node


def test_a_prompt_that_is_a_files_name_is_refused():
    """The name of a file, given as text, isn't sent to the model as a prompt."""
    assert "'prompts/toy.md' looks like a file's name. Give a pathlib.Path to it." in refusal(prompt="prompts/toy.md")


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("Read the $colour.", ["undefined variable $colour", "$category, $title and $tool"]),
        ("Read ${image_id}.", ["undefined variable $image_id"]),
        ("It costs\n\n$5.", ["line 3", "Write a dollar sign as $$"]),
        ("It costs 5 $", ["Write a dollar sign as $$"]),
        ("", ["isn't empty"]),
        ("  \n", ["isn't empty"]),
        (None, ["pathlib.Path"]),
    ],
)
def test_a_prompt_with_a_fault_is_refused(prompt, words):
    """A variable that isn't one, a lone dollar sign or no prompt at all is refused, with the line and what to write."""
    said = refusal(prompt=prompt)
    assert said.startswith("Plugin test-plugin-0: Category 'toy', prompt (given as text): ")
    assert all(word in said for word in words), said


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("schema", None, ["can't be read", "packed with its plugin"]),
        ("schema", b"{", ["not JSON", "line 1"]),
        ("schema", b"[]", ["must be a JSON object"]),
        ("schema", b"\xff", ["can't be read"]),
        ("prompt", None, ["can't be read"]),
        ("prompt", b"\xff", ["can't be read"]),
        ("prompt", b"$colour", ["undefined variable $colour"]),
    ],
)
def test_a_file_with_a_fault_is_named(tmp_path, name, content, words):
    """A file that is missing or wrong is named by its path, and its plugin with it."""
    path = tmp_path / "toy.file"
    if content is not None:
        path.write_bytes(content)
    said = refusal(**{name: path})
    assert said.startswith(f"Plugin test-plugin-0: Category 'toy', {name} {path}: ")
    assert all(word in said for word in words), said


def test_a_category_is_registered_once():
    """A second extractor of the same category is refused, by whichever plugin it comes."""
    said = refusal(Plugin("toy"), Plugin("toy"))
    assert "Category 'toy' is registered already" in said
    assert "test-plugin-" in said


def test_without_a_general_category_nothing_starts():
    """What fits no other category needs one: without it the service refuses to start."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(Plugin(), "lonely")
    with pytest.raises(PluginRefused, match="No plugin registers 'general'"):
        load_catalog(manager)


def test_a_refused_plugin_is_a_fault_of_ours():
    """The service doesn't start half: the refusal is one that Lambda retries and then keeps."""
    assert issubclass(PluginRefused, ServiceMisconfigured)
