"""Why a file or network operation failed, in words for the user."""

import errno
import os

from app.domain.text.messages import message

NOT_UTF_8 = message("it is not in UTF-8")
NO_REASON = message("the system gives no reason")


def system_reason(error: OSError) -> str:
    """The system's own words for its error, such as "No space left on device"."""
    if is_about_names(error):
        return error.strerror or NO_REASON  # their numbers are none of the system's
    if error.errno is None or error.errno not in errno.errorcode:
        return error.strerror or NO_REASON
    return os.strerror(error.errno)


def is_about_names(error: OSError) -> bool:
    """Whether a host's name could not be looked up."""
    from socket import gaierror  # only now: most who ask have nothing to do with a network

    return isinstance(error, gaierror)


def file_reason(error: Exception, other: str) -> str:
    """Why a text file could not be read or written.

    Args:
        other: the reason for an error that is neither the system's nor the encoding's.
    """
    if isinstance(error, OSError):
        return system_reason(error)
    return NOT_UTF_8 if isinstance(error, UnicodeError) else other
