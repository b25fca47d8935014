"""How a command ends: its exit code, and the sentence for it."""

import contextlib
from collections.abc import Callable
from typing import TypeVar

from app.domain.model.errors import AppError, SettingsError
from app.platform.crash_guard import log_bug, sentence_of
from app.platform.streams import ReaderGoneError, complain

Code = TypeVar("Code", int, int | None)

DONE, FAILED, USAGE, HELD = 0, 1, 2, 3
INTERRUPTED = 130  # by Ctrl+C; other signals have another number, as a shell gives it
INTERRUPTED_TEXT = "Interrupted; what was already written is complete. Start it again to go on."


def run_to_exit_code(call: Callable[[], Code]) -> Code | int:
    """The call's exit code; whatever it raises becomes a sentence and a code."""
    try:
        return call()
    except ReaderGoneError:
        return DONE
    except SettingsError as error:
        return complain(error, USAGE)
    except AppError as error:
        return complain(error, FAILED)
    except KeyboardInterrupt:
        return complain(INTERRUPTED_TEXT, INTERRUPTED)
    except Exception as error:
        with contextlib.suppress(Exception):
            log_bug("the command failed", error)
        return complain(sentence_of(error), FAILED)
