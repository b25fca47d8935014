"""What of the computer no command can do without: a usable time zone, and enough open files."""

import os
import sys
from datetime import datetime

from app.domain.model.errors import SurroundingsError

# The standard streams, the log, an event loop, the database with its -wal and -shm, a connection,
# and the modules that are imported meanwhile.
LEAST_FILES = 32
ENOUGH_FILES = 256
ZONE = (
    "The time zone of this computer (TZ={zone}) cannot be used. "
    "Correct the variable TZ or remove it, then start again."
)
FILES = (
    "The system lets this program open {limit} files only, and it needs {least}. "
    "Raise the limit (ulimit -n), then start again."
)


def check_surroundings() -> None:
    """Raises: SurroundingsError: something is missing, and no command could work."""
    try:
        datetime.now().astimezone()
    except (ValueError, OverflowError) as error:
        raise SurroundingsError(ZONE.format(zone=os.environ.get("TZ", ""))) from error
    if sys.platform != "win32":
        limit = file_limit()
        if limit < LEAST_FILES:
            raise SurroundingsError(FILES.format(limit=limit, least=LEAST_FILES))


if sys.platform != "win32":
    import resource

    def file_limit() -> int:
        """How many files this process may have open, after raising it where that is allowed."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft == resource.RLIM_INFINITY:
            return ENOUGH_FILES
        if soft < ENOUGH_FILES:
            wanted = ENOUGH_FILES if hard == resource.RLIM_INFINITY else min(hard, ENOUGH_FILES)
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            except (ValueError, OSError):
                return soft
            return wanted
        return soft
