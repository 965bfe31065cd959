"""Which files are photos to upload, and under which keys they go."""

import hashlib
import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp"})
"""What a person calls a photo, by name. What the service can't read gets a `failed` row that says what to do."""

_LONGEST_KEY = 1024  # bytes of UTF-8 (S3 user guide, "Naming Amazon S3 objects")


@dataclass(frozen=True, slots=True)
class Photo:
    """A file, and the key that it goes under."""

    path: Path
    key: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that isn't uploaded, and why. `expected`: it's no photo by its name, so nothing is missing."""

    path: Path
    reason: str
    expected: bool = False


def find(paths: Iterable[Path], prefix: str = "") -> Iterator[Photo | Skipped]:
    """The photos in the given files and folders, and what is left out; folders are walked in the order of their names.

    A link to a folder is not followed, so a loop can't trap us. What is hidden is left out. A file that is named itself
    is taken whatever its name. Two files that would get one key, where the second would hide the first: the second is
    left out.
    """
    taken: dict[str, Path] = {}
    for item in _files(paths):
        if isinstance(item, Skipped):
            yield item
            continue
        root, path = item
        if path != root and (path.name.startswith(".") or path.suffix.lower() not in SUFFIXES):
            yield Skipped(path, f"not a photo by its name; {', '.join(sorted(SUFFIXES))} are", expected=True)
            continue
        if not path.is_file():
            yield Skipped(path, "not a file that can be read (a broken link, a pipe or a device)")
            continue
        try:
            key = key_for(PurePosixPath(path.relative_to(root) if path != root else path.name), prefix)
        except ValueError as error:
            yield Skipped(path, str(error))
            continue
        if key not in taken:
            taken[key] = path
            yield Photo(path, key)
        elif not path.samefile(taken[key]):
            yield Skipped(
                path, f"{taken[key]} has the same key, {key}. Rename one of them, or upload it with another --prefix."
            )


def key_for(name: PurePosixPath, prefix: str = "") -> str:
    """The key of the file that has this name below the given path: `prefix/folders/3f/name`.

    The folder before the name is the start of a hash of all the others. It spreads each folder's photos over 256
    prefixes, as S3's request rate scales by prefix (S3 user guide, "Optimizing Amazon S3 performance"). It doesn't
    depend on the content: a photo that changed becomes a new version of its key. The folders stay in front of it, as
    one of them may name the category. Names are composed (NFC): macOS hands out another form of the same name.
    Raises ValueError with a sentence for a name that can't be a key.
    """
    whole = unicodedata.normalize("NFC", str(PurePosixPath(prefix.strip("/")) / name))
    try:
        digest = hashlib.sha256(whole.encode()).hexdigest()
    except UnicodeEncodeError:
        raise ValueError("its name is not valid UTF-8. Rename it.") from None
    folder, _, last = whole.rpartition("/")
    key = f"{folder}/{digest[:2]}/{last}".lstrip("/")
    if len(key.encode()) > _LONGEST_KEY:
        raise ValueError(f"its key would be longer than the {_LONGEST_KEY} bytes that S3 takes. Shorten its path.")
    return key


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, Path] | Skipped]:
    """Each file, with the given path that it was found under; and the folders that can't be looked into."""
    for root in paths:
        if not root.is_dir():
            yield root, root
            continue
        refused: list[OSError] = []
        for folder, folders, names in os.walk(root, onerror=refused.append):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                yield root, Path(folder, name)
        for error in refused:
            yield Skipped(Path(error.filename), f"a folder that can't be looked into: {error.strerror}")
