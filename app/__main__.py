"""Where the program begins: catches what would end it in a traceback, then takes the command.

Imports next to nothing before that, so that Ctrl+C finds it prepared.
"""

import sys
from collections.abc import Sequence

from app.platform.interrupts import Interrupts


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program; returns its exit code.

    Args:
        argv: None: the process's own, which ends with this command, so that its signals need not
            do again what they did before.
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
