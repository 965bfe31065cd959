"""Add the bytecode of each Python source in a zip: `python3.11 scripts/bytecode.py ZIP`, with the function's Python.

The bytecode is of the kind that is never compared with its source (PEP 552, unchecked): in a zip the two can't drift
apart, and a file's time means nothing there. The sources stay, for tracebacks.
"""

import importlib.util
import marshal
import sys
from contextlib import suppress
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_HASH_BASED_UNCHECKED = (0b01).to_bytes(4, "little")
_FIRST_TIME = (1980, 1, 1, 0, 0, 0)  # the same content makes the same zip
_READABLE = 0o100644 << 16


def add_bytecode(path: str) -> None:
    """Add a `.pyc` for each `.py` of the zip; one that doesn't compile stays as it is."""
    with ZipFile(path, "a", ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".py"):
                entry = ZipInfo(importlib.util.cache_from_source(name), _FIRST_TIME)
                entry.compress_type = ZIP_DEFLATED
                entry.external_attr = _READABLE
                with suppress(SyntaxError):  # code for other Pythons: pip packs it, too
                    archive.writestr(entry, bytecode(archive.read(name), name))


def bytecode(source: bytes, name: str) -> bytes:
    """Return the content of the `.pyc` of a source. Raises SyntaxError for one that this Python can't compile."""
    code = compile(source, name, "exec", dont_inherit=True)
    head = importlib.util.MAGIC_NUMBER + _HASH_BASED_UNCHECKED + importlib.util.source_hash(source)
    return head + marshal.dumps(code)


if __name__ == "__main__":
    add_bytecode(sys.argv[1])
