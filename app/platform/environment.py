"""Checks what every command needs: a usable time zone, and enough open files."""

import os
import sys
from datetime import datetime

from app.domain.model.errors import UnusableEnvironmentError
from app.domain.text.messages import message

# The standard streams, the log, an event loop, the database with its -wal and -shm, a connection,
# and the modules that are imported meanwhile.
MIN_FILES = 32
ENOUGH_FILES = 256


def check_environment() -> None:
    """Raises: UnusableEnvironmentError: no command could work."""
    try:
        datetime.now().astimezone()
    except (ValueError, OverflowError) as error:
        raise UnusableEnvironmentError(
            message(
                "The time zone of this computer (TZ={zone}) cannot be used. "
                "Correct the variable TZ or remove it, then start again.",
                zone=os.environ.get("TZ", ""),
            )
        ) from error
    if sys.platform != "win32":
        limit = file_limit()
        if limit < MIN_FILES:
            raise UnusableEnvironmentError(
                message(
                    "The system lets this program open only {limit} files, and it needs {minimum}. "
                    "Raise the limit (ulimit -n), then start again.",
                    limit=limit,
                    minimum=MIN_FILES,
                )
            )


if sys.platform != "win32":
    import resource

    def file_limit() -> int:
        """How many files this process may have open, after raising the limit if necessary."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft == resource.RLIM_INFINITY or soft >= ENOUGH_FILES:
            return ENOUGH_FILES
        wanted = ENOUGH_FILES if hard == resource.RLIM_INFINITY else min(hard, ENOUGH_FILES)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, OSError):
            return soft
        return wanted
