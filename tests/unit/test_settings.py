"""The configuration from the environment: what is missing or wrong is named before anything runs."""

import pytest

from pipeline.errors import ServiceMisconfigured
from pipeline.settings import Settings

REQUIRED = {
    "PHOTO_BUCKET": "photos",
    "SPECIFICATIONS_TABLE": "specifications",
    "COORDINATION_TABLE": "coordination",
    "RETRY_QUEUE_URL": "https://sqs/retry",
    "DEAD_LETTER_QUEUE_URL": "https://sqs/dead",
    "MODELS": "model-a, model-b",
}
OPTIONAL = {
    "CATEGORY_MODELS": "model-c",
    "MAX_PAID_CALLS": "5",
    "DAILY_CEILING_USD": "7.50",
    "BREAKER_COUNTS_THROTTLES": "true",
    "MAX_IMAGE_BYTES": "1000",
    "RETRY_AGE_LIMIT_SECONDS": "60",
    "PROMPT_CACHING": "false",
    "ASK_LEGIBILITY": "false",
    "REVIEW_BELOW": "0.75",
    "REFUSE_POOR_PHOTOS": "true",
    "METRICS_NAMESPACE": "Mine",
    "STAGE": "prod",
    "LOG_LEVEL": "warning",
}


def said(**environ):
    with pytest.raises(ServiceMisconfigured) as caught:
        Settings.from_env({**REQUIRED, **environ})
    return str(caught.value)


def test_what_is_required_is_enough():
    """Six variables make a configuration; the rest has the defaults of the documentation."""
    assert Settings.from_env(REQUIRED) == Settings(
        bucket="photos",
        table="specifications",
        coordination_table="coordination",
        retry_queue_url="https://sqs/retry",
        dead_letter_queue_url="https://sqs/dead",
        models=("model-a", "model-b"),
        category_models=("model-a", "model-b"),
        max_paid_calls=3,
        daily_ceiling_usd=None,
        breaker_counts_throttles=False,
        max_image_bytes=52_428_800,
        retry_age_limit=259_200,
        prompt_caching=True,
        ask_legibility=True,
        review_below=0.6,
        refuse_poor_photos=False,
        metrics_namespace="ProductOcr",
        stage="dev",
        log_level="INFO",
    )


def test_every_variable_is_heard():
    """Each optional variable changes the setting it is for."""
    settings = Settings.from_env({**REQUIRED, **OPTIONAL})
    assert (settings.category_models, settings.max_paid_calls, settings.max_image_bytes) == (("model-c",), 5, 1000)
    assert (settings.retry_age_limit, settings.prompt_caching, settings.log_level) == (60, False, "WARNING")
    assert (settings.daily_ceiling_usd, settings.breaker_counts_throttles) == (7.5, True)
    assert (settings.ask_legibility, settings.review_below, settings.refuse_poor_photos) == (False, 0.75, True)
    assert (settings.metrics_namespace, settings.stage) == ("Mine", "prod")


def test_an_empty_variable_is_as_good_as_none():
    """CloudFormation can't leave a variable out by a parameter: an empty one means its default."""
    assert Settings.from_env({**REQUIRED, **dict.fromkeys(OPTIONAL, "")}) == Settings.from_env(REQUIRED)


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", ["", "  ", None])
def test_a_missing_variable_is_named(name, value):
    """A required variable that is absent or blank is named, and where it is set."""
    environ = {key: text for key, text in {**REQUIRED, name: value}.items() if text is not None}
    with pytest.raises(ServiceMisconfigured, match=f"{name} is not set. serverless.yml sets it"):
        Settings.from_env(environ)


@pytest.mark.parametrize("name", ["MAX_PAID_CALLS", "MAX_IMAGE_BYTES", "RETRY_AGE_LIMIT_SECONDS"])
@pytest.mark.parametrize("value", ["0", "-1", "2.5", "many", "1e3", "٣", "²", " 3"])
def test_a_number_that_is_none_is_named(name, value):
    """A number must be a whole one from 1 up; the sentence says which, and what stands there."""
    assert f"{name} must be a whole number from 1 up, not {value!r}" in said(**{name: value})


@pytest.mark.parametrize("value", ["-1", "1,50", "$5", "1e3", "nan", "inf", "7.505", "٣"])
def test_a_ceiling_is_dollars(value):
    """A ceiling that isn't dollars and cents is refused, with what stands there; it is never no ceiling."""
    assert f"DAILY_CEILING_USD must be dollars, as 50 or 7.50, not {value!r}" in said(DAILY_CEILING_USD=value)


def test_a_ceiling_of_nothing_is_none():
    """0 stands for no ceiling, as CloudFormation can't leave a variable out."""
    assert Settings.from_env({**REQUIRED, "DAILY_CEILING_USD": "0"}).daily_ceiling_usd is None


@pytest.mark.parametrize("value", ["1.1", "-0.1", "60%", "60", "0,6", "nan", "high", "٠"])
def test_a_confidence_is_a_share(value):
    """What isn't from 0 to 1 is refused, with what stands there."""
    assert f"REVIEW_BELOW must be from 0 to 1, as 0.6, not {value!r}" in said(REVIEW_BELOW=value)


@pytest.mark.parametrize(("value", "share"), [("0", 0), ("1", 1), (".5", 0.5), ("0.999", 0.999)])
def test_a_confidence_may_be_none_or_all(value, share):
    """0 leaves a person only errors, 1 everything."""
    assert Settings.from_env({**REQUIRED, "REVIEW_BELOW": value}).review_below == share


@pytest.mark.parametrize("value", ["yes", "1", "on"])
def test_a_switch_is_true_or_false(value):
    """Whoever writes something else may have meant either: it isn't guessed."""
    assert f"PROMPT_CACHING must be true or false, not {value!r}" in said(PROMPT_CACHING=value)


def test_a_log_level_is_one_of_pythons():
    """An unknown level is named with those there are."""
    assert said(LOG_LEVEL="loud") == "LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not 'LOUD'."


def test_a_list_of_commas_names_no_model():
    """A list without a name in it is refused, as a missing one is."""
    assert said(MODELS=" , ,").startswith("MODELS names no model")


def test_names_are_trimmed_and_gaps_ignored():
    """Spaces and doubled commas in the list of models do no harm."""
    assert Settings.from_env({**REQUIRED, "MODELS": " a ,, b,"}).models == ("a", "b")
