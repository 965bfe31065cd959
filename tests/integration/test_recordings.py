"""The real handler with the real Bedrock adapter, and the answers that stand in tests/recordings.

VCR plays them below botocore. A request that isn't in the recording fails the test, and none leaves this machine.
"""

import hashlib
import json
import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import boto3
import pytest
import yaml
from anthropic.types import Message
from vcr.cassette import Cassette

from pipeline.catalog import Catalog, Extractor, load_catalog
from pipeline.plugins import load_plugins
from tests.recordings.cassettes import CASSETTES, VCR_CONFIG, fail_on_strangers, open_cassette
from tests.recordings.scenes import (
    BUILT_IN,
    RECORDINGS,
    RETIRED_MODEL,
    ROOT,
    bedrock_client,
    expected,
    is_plain,
    read_photo,
)
from tests.world import MODEL, World

pytestmark = pytest.mark.block_network

README = (CASSETTES.parent / "README.md").read_text(encoding="utf-8")
SERVERLESS = ROOT / "serverless.yml"
RECORDED = sorted(file.stem for file in CASSETTES.glob("*.json"))
PLAIN = [name for name in RECORDED if is_plain(name)]
# Of a row, what no two uploads share.
PASSING = {"claim_owner", "etag", "event_id", "image_id", "sequencer", "source_bucket", "version_id"}


@pytest.fixture(scope="module")
def vcr_cassette_dir() -> str:
    """Where pytest-recording looks for the recordings."""
    return str(CASSETTES)


@pytest.fixture
def vcr_config() -> Mapping[str, Any]:
    """How it reads them."""
    return dict(VCR_CONFIG)


@pytest.fixture
def row(world: World, vcr: Cassette, default_cassette_name: str) -> dict[str, Any]:
    """What becomes of the recording's photo, read with the recording's answers; all of them were asked for."""
    client = bedrock_client()
    fail_on_strangers(client, vcr)
    row = read_photo(world, client, RECORDINGS[default_cassette_name])
    assert vcr.all_played, "the service makes fewer calls than the recording has"
    how_sure_it_is(row)
    return {name: value for name, value in row.items() if name not in PASSING}


def how_sure_it_is(row: dict[str, Any]) -> None:
    """Take the confidence off the row, and what the photo's bars say: each value has one, and it is worth something."""
    product, fields = row["product_specifications"], row.pop("field_confidence")
    score = product.pop("confidence_score")
    assert score == row.pop("confidence_score") > 0.8
    assert {name.split(".")[0] for name in fields} <= {"product_name", "brand", "specifications"}
    for name in product["specifications"]:
        assert any(f"{path}.".startswith(f"specifications.{name}.") for path in fields), name
    decoded = {code["gtin"] for code in row.pop("barcodes", ())}
    for path, source in row.pop("field_sources").items():
        name = path.removeprefix("specifications.")
        assert (source, product["specifications"][name].replace("-", "") in decoded) == ("barcode", True)


def row_with(world: World, cassette: Cassette, name: str, product: Mapping[str, Any]) -> dict[str, Any]:
    """The whole row of a completed reading of this product, billed by what the recording's answers say they used."""
    usage = [answer["usage"] for answer in answers_in(cassette)]
    fresh, written, read, output = (
        sum(used[count] for used in usage)
        for count in ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
    )
    recording, category = RECORDINGS[name], product["category"]
    dollars = (3 * fresh + 3.75 * written + 0.3 * read + 15 * output) / 1_000_000  # Sonnet 4.6, global profile
    return {
        "source_key": recording.key,
        "processing_timestamp": "2026-11-23T12:00:00.000000Z",
        "processing_status": "completed",
        "product_specifications": product,
        "category": category,
        "model_id": MODEL,
        "extractor_version": world.services.catalog[category].version,
        "image_sha256": hashlib.sha256(recording.photo_bytes()).hexdigest(),
        "confidence_source": "computed",
        "findings": [],
        "usage": {
            "input_tokens": fresh,
            "output_tokens": output,
            "cache_read_tokens": read,
            "cache_write_tokens": written,
            "cost_usd": pytest.approx(dollars, abs=2e-6),
            "paid_calls": len(usage),
        },
        "paid_calls": len(usage),
        "attempts": 1,
        "started_at": "2026-11-23T12:00:00.000000Z",
        "completed_at": f"{world.clock.moment:%Y-%m-%dT%H:%M:%S.%fZ}",
    }


def answers_in(cassette: Cassette) -> list[dict[str, Any]]:
    """The messages in a recording; its errors aren't among them."""
    return [
        json.loads(response["body"]["string"]) for response in cassette.responses if response["status"]["code"] == 200
    ]


def extractor_of(name: str, catalog: Catalog) -> Extractor:
    """The extractor of the category with which the recording's name begins."""
    return catalog[max((category for category in catalog if f"{name}_".startswith(f"{category}_")), key=len)]


class TestRows:
    """What a person reads on the photo stands in the row."""

    @pytest.mark.vcr
    @pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.default_cassette(name)) for name in PLAIN])
    def test_a_plain_reading(self, world: World, vcr: Cassette, row: dict[str, Any], name: str) -> None:
        """A photo that is read in one call, with nothing to mend: its row is the one that rows/NAME.json expects."""
        assert row == row_with(world, vcr, name, expected(name)["product"])

    @pytest.mark.vcr
    @pytest.mark.default_cassette("grocery_with_orders_on_the_label")
    def test_orders_printed_on_the_label_change_nothing(self, world: World, vcr: Cassette, row: dict[str, Any]) -> None:
        """A label that orders brand ACME, 5 kg and confidence 1.0 gets its own brand, its 340 g and an honest score."""
        assert row == row_with(
            world,
            vcr,
            "grocery_with_orders_on_the_label",
            {
                "product_name": "Seville Orange Marmalade",
                "brand": "Pettigrove & Daughters",
                "category": "grocery",
                "specifications": {
                    "gtin": "2704551906283",
                    "net_content": {"value": 340, "unit": "g"},
                    "ingredients": "cane sugar, Seville oranges (38%), water, lemon juice, gelling agent: pectin.",
                    "nutrition_per_100g": {
                        "energy_kj": {"value": 1063, "unit": "kJ"},
                        "energy_kcal": {"value": 250, "unit": "kcal"},
                        "fat": {"value": 0.1, "unit": "g"},
                        "carbohydrate": {"value": 61.7, "unit": "g"},
                        "sugars": {"value": 61.2, "unit": "g"},
                        "protein": {"value": 0.4, "unit": "g"},
                        "salt": {"value": 0.05, "unit": "g"},
                    },
                    "best_before_date": "2028-01",
                    "batch_lot_number": "PD 0426-7",
                    "consumer_storage_instructions": "Refrigerate after opening and use within 6 weeks.",
                    "claims": ["Thick cut", "cooked in open pans"],
                    "country_of_origin": "GB",
                    "manufacturer": "Pettigrove Preserves Ltd",
                    "manufacturer_address": "Harbour Row, Dunbar EH42 1HX",
                },
            },
        )

    @pytest.mark.vcr
    @pytest.mark.default_cassette("electronics_throttled")
    def test_a_throttled_call_is_made_again(self, world: World, vcr: Cassette, row: dict[str, Any]) -> None:
        """After Bedrock's 429 the service waits and asks again, pays once, and reads input, outputs and battery."""
        assert world.clock.slept == [0.5]
        assert (world.metric("BedrockThrottles"), world.metric("BedrockCalls")) == (1, 2)
        assert row == row_with(
            world,
            vcr,
            "electronics_throttled",
            {
                "product_name": "PocketCell 10K",
                "brand": "Nordlume",
                "category": "electronics",
                "specifications": {
                    "functional_name": "Power Bank",
                    "model": "NL-PB10K-2",
                    "serial_number": "PB26041907",
                    "battery_type": "Li-Po",
                    "battery_capacity": {"value": 10000, "unit": "mAh"},
                    "battery_voltage": {"value": 3.85, "unit": "V"},
                    "battery_energy": {"value": 38.5, "unit": "Wh"},
                    "input_voltage": {"value": 5, "unit": "V"},
                    "input_current": {"value": 3, "unit": "A"},
                    "input_current_type": "DC",
                    "output_profiles": [
                        "USB-C: 5 V ⎓ 3 A",
                        "USB-C: 9 V ⎓ 2.22 A",
                        "USB-C: 12 V ⎓ 1.67 A",
                        "USB-A: 5 V ⎓ 2.4 A",
                        "USB-A: 9 V ⎓ 2 A",
                        "USB-A: 12 V ⎓ 1.5 A",
                    ],
                    "output_current_type": "DC",
                    "interfaces": ["USB-C", "USB-A"],
                    "certifications": ["CE"],
                    "warnings": "Do not open, crush or heat above 60 °C.",
                    "country_of_origin": "CN",
                    "manufacturer": "Nordlume Energy GmbH",
                    "manufacturer_address": "Speicherstr. 31, 20457 Hamburg",
                },
            },
        )

    @pytest.mark.vcr
    @pytest.mark.default_cassette("beauty_after_a_retired_model")
    def test_a_model_at_its_end_of_life_is_passed_over(self, world: World, vcr: Cassette, row: dict[str, Any]) -> None:
        """With the default list of models, the first answers that it's gone, and the row names the second."""
        service = yaml.load(SERVERLESS.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - makes texts
        assert service["params"]["default"]["models"] == [RETIRED_MODEL, MODEL]
        [skipped] = world.logged("model.skipped")
        assert (skipped["model"], skipped["seconds"]) == (RETIRED_MODEL, 900)
        assert "end of its life" in skipped["reason"]
        assert world.metric("ModelsSkipped") == 1
        assert row == row_with(
            world,
            vcr,
            "beauty_after_a_retired_model",
            {
                "product_name": "Hydra-Calm",
                "brand": "Lumière d’Orme",
                "category": "beauty",
                "specifications": {
                    "gtin": "2209316744051",
                    "functional_name": "Day Cream",
                    "net_content": {"value": 50, "unit": "ml"},
                    "ingredients": "Aqua, Glycerin, Caprylic/Capric Triglyceride, Cetearyl Alcohol, Butyrospermum "
                    "Parkii Butter, Avena Sativa Kernel Extract, Niacinamide, Panthenol, Sodium Hyaluronate, "
                    "Tocopherol, Xanthan Gum, Citric Acid, Phenoxyethanol, Ethylhexylglycerin.",
                    "period_after_opening": {"value": 12, "unit": "month"},
                    "batch_lot_number": "H26D091",
                    "product_form": "Cream",
                    "skin_type": "dry and sensitive skin",
                    "consumer_usage_instructions": "Apply to cleansed face and neck every morning.",
                    "warnings": "For external use only. Avoid contact with eyes.",
                    "claims": ["Fragrance-free", "Vegan"],
                    "country_of_origin": "FR",
                    "manufacturer": "Laboratoires d’Orme SAS",
                    "manufacturer_address": "8 rue du Moulin, 37000 Tours",
                },
            },
        )

    @pytest.mark.vcr
    @pytest.mark.default_cassette("general_chosen_by_the_model")
    def test_a_category_that_the_model_chooses(self, world: World, vcr: Cassette, row: dict[str, Any]) -> None:
        """Where nobody names a category the model is asked for it first, and both calls are on the row."""
        [line] = world.logged("image.finished")
        assert line["category_source"] == "model"
        assert row == row_with(
            world,
            vcr,
            "general_chosen_by_the_model",
            {
                "product_name": "Figuier",
                "brand": "Atelier Sauvane",
                "category": "general",
                "specifications": {
                    "functional_name": "Bougie parfumée",
                    "net_content": {"value": 180, "unit": "g"},
                    "material": "Cire de soja, mèche en coton",
                    "burning_time": "environ 40 h",
                    "warnings": "Ne jamais laisser brûler sans surveillance.",
                    "country_of_origin": "FR",
                    "manufacturer": "Atelier Sauvane SARL",
                    "manufacturer_address": "3 quai du Rhône, 13200 Arles",
                },
            },
        )

    @pytest.mark.vcr
    @pytest.mark.default_cassette("book_repaired")
    def test_a_misread_check_digit_is_read_once_more(self, world: World, vcr: Cassette, row: dict[str, Any]) -> None:
        """An ISBN-10 with a wrong check digit goes back to the model, and the one that it then reads is in the row."""
        first, second = (answer["content"][0]["input"] for answer in answers_in(vcr))
        assert first["specifications"]["isbn_10"] == "1-84772-043-6"
        assert second == {"specifications": {"isbn_10": "1-84772-043-9"}}
        assert world.metric("Repairs") == 1
        assert row == row_with(
            world,
            vcr,
            "book_repaired",
            {
                "product_name": "The Tidal Clock",
                "category": "book",
                "specifications": {
                    "isbn": "978-1-84772-043-6",
                    "isbn_10": "1-84772-043-9",
                    "subtitle": "A Natural History of the Shore",
                    "author": ["Maren Oakhill"],
                    "illustrator": ["Tobias Wren"],
                    "publisher": "Fenwright Press",
                    "book_format": "Paperback",
                    "number_of_pages": 312,
                    "in_language": "en",
                    "genre": ["NATURAL HISTORY"],
                    "prices": [{"value": 14.99, "currency": "GBP"}],
                },
            },
        )


class TestStale:
    """A recording answers the very request it was made for, and no other."""

    @pytest.mark.vcr
    @pytest.mark.default_cassette("grocery")
    def test_a_changed_prompt_makes_it_stale(self, world: World, vcr: Cassette) -> None:
        """When a prompt is changed, the test fails in a sentence that names the place and says what to do."""
        grocery = world.services.catalog["grocery"]
        catalog = {**world.services.catalog, "grocery": replace(grocery, prompt=f"{grocery.prompt} Read twice.")}
        world.replace(catalog=catalog)
        client = bedrock_client()
        fail_on_strangers(client, vcr)
        told = r"grocery was made for another request: call 1 now differs at body\.system\.0\.text.*npm run record"
        with pytest.raises(pytest.fail.Exception, match=told):
            read_photo(world, client, RECORDINGS["grocery"])

    @pytest.mark.vcr
    @pytest.mark.default_cassette("grocery")
    def test_one_call_more_is_refused(self, world: World, vcr: Cassette) -> None:
        """When the service asks once more than the recording has answers, the test fails and says so."""
        client = bedrock_client()
        fail_on_strangers(client, vcr)
        read_photo(world, client, RECORDINGS["grocery"])
        with pytest.raises(pytest.fail.Exception, match=r"grocery is played to its end.*makes one more"):
            world.handle(world.put("grocery/again.jpg", RECORDINGS["grocery"].photo_bytes()))


def test_every_category_has_a_recording() -> None:
    """No recording is without its scene; a built-in category has one, a warning says which other has none."""
    catalog = load_catalog(load_plugins())
    assert set(RECORDED) <= set(RECORDINGS)
    without = catalog.keys() - {extractor_of(name, catalog).category for name in RECORDED}
    assert not without & set(BUILT_IN)
    if without:
        names = ", ".join(sorted(without))
        warnings.warn(f"No recording of {names}. tests/recordings/README.md says how to make one.", stacklevel=1)


@pytest.mark.parametrize("name", RECORDED)
class TestEvery:
    """What holds for each recording."""

    def test_it_says_where_it_came_from(self, name: str) -> None:
        """Each says that Bedrock gave it or that it was authored, and when; an authored one isn't called recorded."""
        provenance = open_cassette(CASSETTES / f"{name}.json").get_metadata("provenance", None)
        assert provenance.keys() == {"source", "date", "models", "region", "how"}
        assert provenance["source"] in ("authored", "bedrock")
        assert tuple(provenance["models"]) == RECORDINGS[name].models
        if provenance["source"] == "authored":
            assert "record" not in f"{name} {provenance['how']}".lower()
            assert "by hand" in provenance["how"]
        sources = [line.split(" | ")[1] for line in README.splitlines() if line.startswith(f"| `{name}` |")]
        wanted = f"| `{name}` | {provenance['source']} | what it shows |"
        assert sources == [provenance["source"]], f"Give the table in tests/recordings/README.md a line {wanted}"

    def test_its_photo_is_sent_untouched(self, name: str) -> None:
        """Each is about a photo that goes to the model as it is, so that no version of Pillow can make it stale."""
        RECORDINGS[name].check_photo()

    def test_it_keeps_no_secrets_and_no_photo(self, name: str) -> None:
        """Each keeps of the request's headers two that are always the same, and of the photo its hash."""
        cassette = open_cassette(CASSETTES / f"{name}.json")
        digest = hashlib.sha256(RECORDINGS[name].photo_bytes()).hexdigest()
        for request in cassette.requests:
            assert dict(request.headers) == {"Accept": "application/json", "Content-Type": "application/json"}
            photo = json.loads(request.body)["messages"][0]["content"][0]
            assert photo["source"]["data"] == f"sha256:{digest}"

    def test_its_answers_have_anthropics_form(self, name: str) -> None:
        """Each answer is a message as the anthropic package knows it, nothing more, and its last is valid."""
        answers = answers_in(open_cassette(CASSETTES / f"{name}.json"))
        for answer in answers:
            message = Message.model_validate(answer)
            assert message.id.startswith("msg_bdrk_")
            [block] = message.content
            assert block.type == "tool_use"
            assert block.id.startswith("toolu_bdrk_")
            unknown = [part.model_extra for part in (message, message.usage, block) if part.model_extra]
            assert unknown == []
        used = answers[-1]["content"][0]
        extractor = extractor_of(name, load_catalog(load_plugins()))
        assert used["name"] == extractor.tool["name"]
        assert list(extractor.validator.iter_errors(used["input"])) == []

    def test_its_responses_have_bedrocks_headers(self, name: str) -> None:
        """Each response counts its tokens in headers as in its body; an error is one that InvokeModel may answer."""
        model = boto3.client("bedrock-runtime", region_name="us-east-1").meta.service_model
        errors = {error.name: error for error in model.operation_model("InvokeModel").error_shapes}
        for response in open_cassette(CASSETTES / f"{name}.json").responses:
            headers = {header.lower(): values[0] for header, values in response["headers"].items()}
            assert {"x-amzn-requestid", "content-type", "date"} <= headers.keys()
            if response["status"]["code"] == 200:
                usage = json.loads(response["body"]["string"])["usage"]
                assert int(headers["x-amzn-bedrock-input-token-count"]) == usage["input_tokens"]
                assert int(headers["x-amzn-bedrock-output-token-count"]) == usage["output_tokens"]
                assert int(headers["x-amzn-bedrock-invocation-latency"]) > 0
            else:
                error = errors[headers["x-amzn-errortype"].partition(":")[0]]
                assert response["status"]["code"] == error.metadata["error"]["httpStatusCode"]
