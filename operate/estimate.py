"""What reading photos will cost, roughly, at list prices (`pipeline/models.py`). The one place for these figures.

typical_dollars(settings.models, caching=settings.prompt_caching)      a photo of which nothing is known yet
Estimate.of(request, image).dollars(model)                             a photo that is at hand
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from local.refusals import input_tokens
from pipeline.images import PATCH, PreparedImage
from pipeline.models import Usage, usage_of
from pipeline.requests import Request

ANSWER_TOKENS = 600  # of a label with twenty values, roughly


@dataclass(frozen=True)
class Estimate:
    """About what a request counts, in tokens: the photo, and all else, which is the same for a whole category."""

    photo: int
    prompt: int

    @classmethod
    def of(cls, request: Request, image: PreparedImage) -> "Estimate":
        """Of the photo by its 28 px patches (Anthropic's vision guide); of text by four characters a token."""
        photo = ceil(image.width / PATCH) * ceil(image.height / PATCH)
        return cls(photo, input_tokens(request) - photo)

    def dollars(self, model: str, *, cached: bool = False, caching: bool = True) -> float | None:
        """What reading a photo once costs with this model, if its price is known; `cached`: soon after another one."""
        counts = {"input_tokens": self.photo, "output_tokens": ANSWER_TOKENS}
        kind = "cache_read_input_tokens" if cached else "cache_creation_input_tokens"
        counts |= {kind: self.prompt} if caching else {"input_tokens": self.photo + self.prompt}
        usage: Usage = usage_of(model, {"usage": counts})
        return usage.cost_usd


_TYPICAL = Estimate(photo=1_500, prompt=5_000)  # a photo in full size, the prompt and schema of a large category


def typical_dollars(models: Sequence[str], *, caching: bool) -> float | None:
    """What one reading costs with the dearest of these models; None if the price of one isn't known.

    Nobody can say which of them will answer. The prompt is counted as not cached yet: of many photos of a category in
    a row, each but the first costs about half. Choosing the category and a repair are not in it.
    """
    prices = [_TYPICAL.dollars(model, caching=caching) for model in models]
    known = [price for price in prices if price is not None]
    return max(known) if known and len(known) == len(prices) else None


def about(readings: int, price: float | None) -> str:
    """What so many readings cost, in words: `about $37 at list price`; `price` is one reading's, if it's known."""
    return f"about {dollars(readings * price)} at list price" if price is not None else "at a price that isn't known"


def dollars(amount: float) -> str:
    """An amount of dollars, roughly: `$0.06`, `$1,234`."""
    return f"${amount:,.0f}" if amount >= 10 else f"${amount:.2f}"
