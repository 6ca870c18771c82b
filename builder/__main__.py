"""`briefpress`, and `python -m builder`: begins the program, whose very beginning can be interrupted."""

import os
import sys

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        from builder.cli.main import main as begin

        begin()
    except KeyboardInterrupt:
        # While modules are imported, or on the way out: there is nothing to put in order or to wait for.
        sys.stderr.write("interrupted: what was done is kept\n")
        sys.stderr.flush()
        os._exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
