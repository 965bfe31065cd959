"""`python -m local`: runs the command of local/command.py. A Ctrl-C while its libraries load is answered too."""

import sys

if __name__ == "__main__":
    try:
        from rich.console import Console

        from local.command import main

        # Bound to today's stdout: the function's output is led elsewhere meanwhile. A file or a pipe has no width.
        console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120)
        sys.exit(main(sys.argv[1:], console))
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(130)
