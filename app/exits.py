"""How a command ends: its exit code, and the sentence on stderr."""

import os
import sys
from collections.abc import Callable
from typing import TypeVar

from app.domain.errors import AppError, SettingsError

Code = TypeVar("Code", int, int | None)
DONE, FAILED, USAGE, HELD = 0, 1, 2, 3


def complain(error: object, code: int) -> int:
    print(error, file=sys.stderr)
    return code


def guarded(call: Callable[[], Code]) -> Code | int:
    """The call's exit code; whatever it raises becomes a sentence and a code."""
    try:
        code = call()
        sys.stdout.flush()  # or a pipe whose reader has gone would show only while Python ends
        return code
    except SettingsError as error:
        return complain(error, USAGE)
    except AppError as error:
        return complain(error, FAILED)
    except KeyboardInterrupt:
        return complain("Interrupted; what was already written is complete.", FAILED)
    except BrokenPipeError:
        # The reader of a pipe has seen enough; nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception:
        import logging  # only now: a command that succeeds need not wait for it

        logging.getLogger(__name__).exception("the command failed")
        return complain("Position Sync itself failed; its log file has the details.", FAILED)
