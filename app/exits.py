"""How a command ends: its exit code, and the sentence on stderr."""

import sys

DONE, FAILED, USAGE, HELD = 0, 1, 2, 3


def complain(error: object, code: int) -> int:
    print(error, file=sys.stderr)
    return code
