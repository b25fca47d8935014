"""How a command ends: its exit code, and the sentence on stderr."""

import contextlib
import os
import sys
from collections.abc import Callable

from app.domain.errors import AppError, SettingsError
from app.last_resort import log_bug, sentence_of

DONE, FAILED, USAGE, HELD = 0, 1, 2, 3
INTERRUPTED = 130  # by Ctrl+C; other signals have another number, as a shell gives it
INTERRUPTED_TEXT = "Interrupted; what was already written is complete. Start it again to go on."


def complain(error: object, code: int) -> int:
    """Where even that cannot be said, the code tells."""
    if sys.stderr is not None:  # else print would take stdout
        with contextlib.suppress(OSError, ValueError):
            print(error, file=sys.stderr)
    return code


def guarded(call: Callable[[], int]) -> int:
    """The call's exit code; whatever it raises becomes a sentence and a code."""
    try:
        code = call()
        if sys.stdout is not None:
            # Or a pipe whose reader has gone would show only while Python ends.
            sys.stdout.flush()
        return code
    except SettingsError as error:
        return complain(error, USAGE)
    except AppError as error:
        return complain(error, FAILED)
    except KeyboardInterrupt:
        return complain(INTERRUPTED_TEXT, INTERRUPTED)
    except BrokenPipeError:
        # The reader of a pipe has seen enough; nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        with contextlib.suppress(Exception):
            log_bug("the command failed", error)
        return complain(sentence_of(error), FAILED)
