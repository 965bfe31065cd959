"""No check breaks, whatever a product holds."""

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.recordings.scenes import BUILT_IN
from tests.unit.checking import extractor

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
SHARED, *OWN = (json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8")) for name in ("product", *BUILT_IN))
NAMES = sorted({name for schema in OWN for name in schema["properties"]})
NUTRIENTS = sorted(SHARED["$defs"]["nutrition"]["properties"])
ENDS = ("value", "min_value", "max_value")
MARKS = ["A", "V", "205/55 ZR16", "91/88", "hand wash", "GHS05", "H318", "978-0-14-001399-3", "119914285760"]

figures = st.one_of(st.integers(0, 1000), st.floats(allow_nan=False, allow_infinity=False), st.just(10**400))
ends = st.dictionaries(st.sampled_from(ENDS), figures) | st.builds(
    dict.fromkeys, st.sets(st.sampled_from(ENDS)), figures
)
quantities = st.builds(
    lambda ends, unit: ends | {"unit": unit},
    ends,
    st.sampled_from(SHARED["$defs"]["unit"]["enum"]),
)
texts = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"[0-9]{4}(-[0-9]{2}){0,2}", fullmatch=True),
    st.from_regex(r"DOT( ?[A-Z0-9]){6,13}", fullmatch=True),
    st.from_regex(r"[0-9]{2,13}", fullmatch=True),
    st.sampled_from(MARKS),
)
fibres = st.dictionaries(st.sampled_from(["part", "material", "percentage"]), st.one_of(texts, quantities))
tables = st.dictionaries(st.sampled_from(NUTRIENTS), quantities)
plain = st.one_of(st.none(), st.booleans(), figures, texts, quantities)
shapes = st.one_of(plain, tables, st.lists(st.one_of(fibres, plain), max_size=4))


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), shapes, max_size=25))
def test_no_value_breaks_a_check(specifications):
    """Whatever shape of value stands under any name, the schema's own or another, every category's check answers."""
    for category in BUILT_IN:
        for finding in extractor(category).check({"specifications": specifications}):
            assert finding["severity"] in ("error", "warning", "proof")


@settings(deadline=None)
@given(tables, tables, quantities, quantities, figures)
def test_no_nutrition_table_breaks_a_check(per_100, serving, size, net, count):
    """Ranges, limits, noughts and missing rows: food's checks answer to every pair of tables."""
    label = {"nutrition_per_100g": per_100, "nutrition_per_serving": serving, "serving_size": size, "net_content": net}
    label |= {"number_of_servings_per_package": count, "number_of_items": count, "item_content": size}
    list(extractor("grocery").check({"specifications": label}))
