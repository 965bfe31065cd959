"""The configuration: read once, at the edge, from the environment that `serverless.yml` sets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.errors import ServiceMisconfigured


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one deployment is told.

    `models` are tried in order, `category_models` likewise for choosing a category; sizes are bytes, ages seconds, the
    ceiling dollars a UTC day, `review_below` a confidence from 0 to 1.
    """

    bucket: str
    table: str
    coordination_table: str
    retry_queue_url: str
    dead_letter_queue_url: str
    models: tuple[str, ...]
    category_models: tuple[str, ...]
    max_paid_calls: int = 3
    daily_ceiling_usd: float | None = None
    breaker_counts_throttles: bool = False
    max_image_bytes: int = 50 * 1024 * 1024
    retry_age_limit: int = 3 * 24 * 3600
    prompt_caching: bool = True
    ask_legibility: bool = True
    review_below: float = 0.6
    refuse_poor_photos: bool = False
    metrics_namespace: str = "ProductOcr"
    stage: str = "dev"
    log_level: str = "INFO"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings in `environ`. Raises ServiceMisconfigured, naming the variable that is missing or wrong."""
        models = _names(_required(environ, "MODELS"))
        if not models:
            raise ServiceMisconfigured("MODELS names no model. Give one or more ids, separated by commas.")
        return cls(
            bucket=_required(environ, "PHOTO_BUCKET"),
            table=_required(environ, "SPECIFICATIONS_TABLE"),
            coordination_table=_required(environ, "COORDINATION_TABLE"),
            retry_queue_url=_required(environ, "RETRY_QUEUE_URL"),
            dead_letter_queue_url=_required(environ, "DEAD_LETTER_QUEUE_URL"),
            models=models,
            category_models=_names(environ.get("CATEGORY_MODELS", "")) or models,
            max_paid_calls=_positive(environ, "MAX_PAID_CALLS", cls.max_paid_calls),
            daily_ceiling_usd=_dollars(environ, "DAILY_CEILING_USD"),
            breaker_counts_throttles=_flag(environ, "BREAKER_COUNTS_THROTTLES", cls.breaker_counts_throttles),
            max_image_bytes=_positive(environ, "MAX_IMAGE_BYTES", cls.max_image_bytes),
            retry_age_limit=_positive(environ, "RETRY_AGE_LIMIT_SECONDS", cls.retry_age_limit),
            prompt_caching=_flag(environ, "PROMPT_CACHING", cls.prompt_caching),
            ask_legibility=_flag(environ, "ASK_LEGIBILITY", cls.ask_legibility),
            review_below=_share(environ, "REVIEW_BELOW", cls.review_below),
            refuse_poor_photos=_flag(environ, "REFUSE_POOR_PHOTOS", cls.refuse_poor_photos),
            metrics_namespace=environ.get("METRICS_NAMESPACE") or cls.metrics_namespace,
            stage=environ.get("STAGE") or cls.stage,
            log_level=_level(environ),
        )


def _required(environ: Mapping[str, str], name: str) -> str:
    if not environ.get(name, "").strip():
        raise ServiceMisconfigured(
            f"The environment variable {name} is not set. serverless.yml sets it for the function."
        )
    return environ[name].strip()


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _positive(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ServiceMisconfigured(f"The environment variable {name} must be a whole number from 1 up, not {text!r}.")
    return int(text)


def _dollars(environ: Mapping[str, str], name: str) -> float | None:
    """None where there is nothing or 0."""
    text = environ.get(name) or "0"
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", text):
        raise ServiceMisconfigured(f"The environment variable {name} must be dollars, as 50 or 7.50, not {text!r}.")
    return float(text) or None


def _share(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name) or str(default)
    if not re.fullmatch(r"0|1|0?\.[0-9]{1,3}", text):
        raise ServiceMisconfigured(f"The environment variable {name} must be from 0 to 1, as 0.6, not {text!r}.")
    return float(text)


def _flag(environ: Mapping[str, str], name: str, default: bool) -> bool:
    text = (environ.get(name) or str(default)).lower()
    if text not in ("true", "false"):
        raise ServiceMisconfigured(f"The environment variable {name} must be true or false, not {text!r}.")
    return text == "true"


def _level(environ: Mapping[str, str]) -> str:
    level = (environ.get("LOG_LEVEL") or "INFO").upper()
    if level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ServiceMisconfigured(f"LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {level!r}.")
    return level
