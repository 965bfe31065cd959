"""The commands that texts tell people to type: found, and tried on the real command line as far as its options go."""

import argparse
import re
import shlex

from operate.__main__ import _parser

_PLACEHOLDERS = {"STAGE": "dev", "KEY": "3f/jam.jpg", "CODE": "throttled", "N": "5", "TEXT": "why"}


def commands_in(text: str) -> list[str]:
    """The commands of `operate` in a sentence; each ends with its stage."""
    return re.findall(r"npm run operate -- .*?--stage [\w-]+", text)


def typed(page: str) -> list[str]:
    """The lines of a Markdown page that are to be typed: what begins with a tool's name, in blocks and in spans."""
    blocks = re.findall(r"^```\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    lines = [line.partition(" #")[0].strip() for block in blocks for line in block.splitlines()]
    spans = [" ".join(span.split()) for span in re.findall(r"(?<!`)`([^`]+)`(?!`)", page)]
    return [line for line in (*lines, *spans) if re.match(r"(npm|npx|aws) \w", line)]


def parsed(command: str) -> argparse.Namespace:
    """The options of one `npm run operate -- ...` or `npm run upload -- ...`; SystemExit if there is no such thing."""
    words = shlex.split(command)
    words = words[words.index("--") + 1 :] if words[2] == "operate" else [words[2], *words[words.index("--") + 1 :]]
    options, unknown = _parser().parse_known_args([_PLACEHOLDERS.get(word, word) for word in words])
    if unknown:
        raise SystemExit(f"{command}: {unknown}")
    return options
