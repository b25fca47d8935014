"""The entry point: handles signals, then runs the command.

It imports almost nothing before that, so that even an early Ctrl+C prints no traceback.
"""

import sys
from collections.abc import Sequence

from app.platform.interrupts import Interrupts


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program; returns its exit code.

    Args:
        argv: None for the process's own arguments; the process then ends with this command, and
            the signal handlers are not restored.
    """
    interrupts = Interrupts()
    interrupts.catch()
    try:
        from app.cli.dispatch import run_command

        return run_command(argv, interrupts)
    finally:
        if argv is not None:
            interrupts.release()


if __name__ == "__main__":
    sys.exit(main())
