"""An emulated AWS and Bedrock to play with by hand, until Ctrl-C: `npm run stack` (docs/local-stack.md)."""

import shlex
import sys
import threading

from rich.console import Console

from tests.e2e.emulators import CommandFailed, NotInstalled, emulators

_PORT = 4566


def main(console: Console) -> int:
    """Run until Ctrl-C, and say how they are reached; the exit code."""
    try:
        with emulators(port=_PORT) as found:
            console.print(f"An emulated AWS listens on {found.environment['AWS_ENDPOINT_URL']}, Bedrock beside it.")
            console.print("What they hold is gone when they end: with Ctrl-C. In another terminal, first of all:\n")
            console.print("unset AWS_PROFILE AWS_SESSION_TOKEN", highlight=False)
            for name, value in found.environment.items():
                console.print(f"export {name}={shlex.quote(value)}", soft_wrap=True, highlight=False, markup=False)
            console.print(
                f"\nThen npx sls deploy --stage local. What the emulated AWS says: {found.log}", soft_wrap=True
            )
            threading.Event().wait()
            return 0
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130
    except (CommandFailed, NotInstalled) as error:
        console.print(str(error), markup=False, soft_wrap=True)
        return 2


if __name__ == "__main__":
    sys.exit(main(Console()))
