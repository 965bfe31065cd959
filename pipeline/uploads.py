"""One version of one object in the bucket, as it is known before it's read."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# S3's sequencers differ in length; to be compared as text they are padded on the left with zeros.
_SEQUENCER_DIGITS = 32
_LONGEST_TEXT = 1024  # bytes of a key (S3 user guide, "Naming Amazon S3 objects") and of a version's id


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageUpload:
    """One version of one object, and when its processing was asked for (UTC). `size` in bytes.

    That is the time of S3's event; or, where a person has objects read again, the start of that `run`, so that the run
    has a row of its own. Raises ValueError for what S3 can't have sent.
    """

    bucket: str
    key: str
    requested_at: datetime
    version_id: str | None = None
    etag: str | None = None
    sequencer: str | None = None
    size: int | None = None
    run: str | None = None

    def __post_init__(self) -> None:
        for name in ("bucket", "key"):
            text = getattr(self, name)
            # A lone surrogate is no text: it can be neither hashed nor asked for.
            if not isinstance(text, str) or not 0 < len(text.encode()) <= _LONGEST_TEXT:
                raise ValueError(f"{name} ({text!r})")
        for name in ("version_id", "etag", "sequencer", "run"):
            text = getattr(self, name)
            if text is not None and not (isinstance(text, str) and text.isascii() and text.isprintable()):
                raise ValueError(f"{name} ({text!r})")
            if len(text or "") > _LONGEST_TEXT:
                raise ValueError(f"{name} ({text!r})")
        if not isinstance(self.size, int | None):
            raise ValueError(f"size ({self.size!r})")

    @property
    def image_id(self) -> str:
        """The UUIDv5 of `s3://bucket/key`: all versions of a key share it."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"s3://{self.bucket}/{self.key}"))

    @property
    def event_id(self) -> str:
        """What tells this version's event from another's of the same key in the same instant."""
        return f"{self.version_id or ''}:{(self.sequencer or '').rjust(_SEQUENCER_DIGITS, '0')}"

    def comes_after(self, other_event_id: str) -> bool:
        """Whether S3 says that this event is later than the other one of the same key."""
        version, _, sequencer = other_event_id.rpartition(":")
        return (self.event_id.rpartition(":")[2], self.version_id or "") > (sequencer, version)


def moment_of(text: str) -> datetime:
    """The UTC time that ISO 8601 text names, UTC being meant where it names no zone. Raises ValueError, TypeError."""
    time = datetime.fromisoformat(text)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def text_in(mapping: Any, name: str) -> str | None:
    """The text of that name in a piece of JSON, or None where there is none."""
    value = mapping.get(name) if isinstance(mapping, Mapping) else None
    return value if isinstance(value, str) and value else None
