"""How a command ends: its exit code, and the sentence for it."""

from collections.abc import Callable
from typing import TypeVar

from app.domain.errors import AppError, SettingsError
from app.output import ReaderGoneError, complain

Code = TypeVar("Code", int, int | None)
DONE, FAILED, USAGE, HELD = 0, 1, 2, 3


def guarded(call: Callable[[], Code]) -> Code | int:
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
        return complain("Interrupted; what was already written is complete.", FAILED)
    except Exception:
        import logging  # only now: a command that succeeds need not wait for it

        logging.getLogger(__name__).exception("the command failed")
        return complain("Position Sync itself failed; its log file has the details.", FAILED)
