"""What a model wants, what it used and what that cost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.items import from_item, to_item
from pipeline.models import Usage, request_for, usage_of

SONNET_4 = "anthropic.claude-sonnet-4-20250514-v1:0"
SONNET_46 = "anthropic.claude-sonnet-4-6"
HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0"
MILLION = 1_000_000

counts = st.integers(0, 10**6)
usages = st.builds(Usage, counts, counts, counts, counts, st.none() | st.integers(0, 10**9).map(lambda n: n / 1e6))


def used(**usage):
    return {"usage": usage}


@pytest.mark.parametrize(
    ("model", "dollars"),
    [
        (f"global.{SONNET_4}", 18.0),
        (f"us.{SONNET_4}", 18.0),  # before 4.5 a geography costs nothing extra
        (f"global.{SONNET_46}", 18.0),
        (f"eu.{SONNET_46}", 19.8),
        (f"global.{HAIKU}", 6.0),
        (f"apac.{HAIKU}", 6.6),
        (f"arn:aws:bedrock:eu-west-1:123456789012:inference-profile/global.{HAIKU}", 6.0),
    ],
)
def test_a_million_tokens_in_and_out_cost_the_list_price(model, dollars):
    """Dollars are those of Bedrock's price list, with the surcharge of profiles bound to a geography."""
    usage = usage_of(model, used(input_tokens=MILLION, output_tokens=MILLION))
    assert usage.cost_usd == pytest.approx(dollars)


def test_cached_tokens_have_prices_of_their_own():
    """A cache write costs a quarter more than plain input, a cache read a tenth of it."""
    usage = usage_of(f"global.{SONNET_46}", used(cache_creation_input_tokens=MILLION, cache_read_input_tokens=MILLION))
    assert usage.cost_usd == pytest.approx(3 * 1.25 + 3 * 0.1)
    assert (usage.cache_write_tokens, usage.cache_read_tokens, usage.input_tokens) == (MILLION, MILLION, 0)


def test_the_offline_reader_costs_nothing():
    """What the emulated Bedrock answers is free, and counts for no ceiling."""
    assert usage_of("offline-reader", used(input_tokens=10, output_tokens=20)).cost_usd == 0.0


@pytest.mark.parametrize("model", ["global.anthropic.claude-sonnet-5", "meta.llama4", ""])
def test_an_unknown_price_is_no_price(model):
    """What isn't known isn't made up: tokens are counted, the cost is absent."""
    usage = usage_of(model, used(input_tokens=10, output_tokens=20))
    assert (usage.input_tokens, usage.output_tokens, usage.cost_usd) == (10, 20, None)
    assert "cost_usd" not in usage.as_row()


@pytest.mark.parametrize(
    "message",
    [
        used(input_tokens="10", output_tokens=None),
        used(input_tokens=-5),
        used(input_tokens=True),
        used(input_tokens=1.5),
    ],
)
def test_a_usage_that_makes_no_sense_counts_nothing(message):
    """An answer without a proper usage is not the end of the image."""
    assert usage_of(f"global.{SONNET_46}", message) == Usage()


@pytest.mark.parametrize("message", [{}, {"usage": None}, {"usage": "much"}])
def test_without_a_usage_the_cost_is_unknown(message):
    """An answer that doesn't say what it used has no cost, rather than none to pay."""
    assert usage_of(f"global.{SONNET_46}", message) == Usage(cost_usd=None)


@given(usages, usages)
def test_usages_add_up(one, other):
    """Tokens and dollars add up; with a part of unknown price the sum has none."""
    total = one + other
    assert total.input_tokens == one.input_tokens + other.input_tokens
    assert total.cache_write_tokens == one.cache_write_tokens + other.cache_write_tokens
    if one.cost_usd is None or other.cost_usd is None:
        assert total.cost_usd is None
    else:
        assert total.cost_usd == pytest.approx(one.cost_usd + other.cost_usd)


@given(usages)
def test_a_usage_survives_its_row(usage):
    """What an attempt used is found again by the next one, unknown prices included, through DynamoDB's numbers."""
    assert Usage.from_row(from_item(to_item(usage.as_row()))) == usage


def test_a_row_without_usage_has_used_nothing():
    """A row that no attempt has paid for begins at zero dollars, not at an unknown price."""
    assert Usage.from_row({}) == Usage() == Usage.from_row({"paid_calls": 0})
    assert Usage().cost_usd == 0


@pytest.mark.parametrize(
    ("model", "extras"),
    [
        (f"global.{SONNET_4}", {"temperature": 0}),
        (f"global.{SONNET_46}", {"temperature": 0}),
        ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", {"temperature": 0}),
        ("eu.anthropic.claude-sonnet-5", {"thinking": {"type": "disabled"}}),
        ("global.anthropic.claude-opus-4-7", {}),
        ("offline-reader", {}),
    ],
)
def test_each_model_gets_what_it_wants(model, extras):
    """Models that take a temperature are given one, Sonnet 5 has thinking switched off, others get nothing extra."""
    request = {"max_tokens": 5, "messages": []}
    assert request_for(model, request) == {**request, **extras}
    assert request == {"max_tokens": 5, "messages": []}
