"""Why a file could not be written, in a sentence with a next step."""

import errno
from pathlib import Path

from app.domain.model.errors import AppError
from app.domain.text.messages import message
from app.domain.text.system_errors import system_reason

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
IN_USE = (errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY)
FREE_SPACE = message("Free some space there, or choose another place.")
CLOSE_IT = message("Close it in other programs, or choose another name or folder.")
ANOTHER = message("Choose another name or folder.")


class ExportError(AppError):
    """The file could not be written; what had its name before is as it was."""


def export_error(path: Path, error: OSError) -> ExportError:
    return refusal(path, system_reason(error), next_step(error))


def next_step(error: OSError) -> str:
    if error.errno in FULL:
        return FREE_SPACE
    return CLOSE_IT if error.errno in IN_USE else ANOTHER


def refusal(path: Path, reason: str, step: str = ANOTHER) -> ExportError:
    return ExportError(
        message(
            "{path} could not be written ({reason}). {step}", path=path, reason=reason, step=step
        ),
        kept=message("A file could not be written ({reason}). {step}", reason=reason, step=step),
    )
