"""The token that every request must bring, in a file that only its owner can read."""

import contextlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from app.domain.model.errors import ApiError
from app.domain.text.messages import message
from app.domain.text.system_errors import system_reason
from app.platform.paths import data_folder
from app.platform.private_files import FILE, create_private_folder, open_private

NAME = "api-token"
RANDOM_BYTES = 32
FORM = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes, as `token_urlsafe` writes them


def token_file() -> Path:
    return data_folder() / NAME


class ApiToken:
    """The token of all windows and of `serve`, read again when its file has changed.

    So a token that was renewed in one process is refused by all from then on.

    Attributes:
        path: its file.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = token_file() if path is None else path
        self._text = ""
        self._seen: tuple[int, int, int] | None = None  # what told the file's content apart

    def text(self) -> str:
        """The token; made if there is none, or none that could be one.

        Raises:
            ApiError: its file cannot be read or written.
        """
        with self._translated():
            if self._seen is None or self._seen != self._present():
                self._read()
            return self._text

    def renew(self) -> str:
        """Makes another token; the old one is refused from now on.

        Raises:
            ApiError: its file cannot be written.
        """
        with self._translated():
            self._write()
            return self._text

    def matches(self, given: bytes) -> bool:
        """Whether it is the token. How long that takes tells nothing about it.

        Raises:
            ApiError: its file cannot be read or written.
        """
        return hmac.compare_digest(given, self.text().encode())

    def _present(self) -> tuple[int, int, int] | None:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _read(self) -> None:
        self._seen = self._present()
        try:
            # Its mode is set again: somebody may have copied the file.
            with open(self.path, "rb", opener=open_private) as file:
                text = file.read(1024).strip().decode("ascii", "replace")
        except FileNotFoundError:
            text = ""
        if FORM.fullmatch(text):
            self._text = text
        else:
            self._write()

    def _write(self) -> None:
        """A new file takes the old one's place, so nobody reads half a token."""
        create_private_folder(self.path.parent)
        text = secrets.token_urlsafe(RANDOM_BYTES)
        beside = self.path.with_name(f".{NAME}-{secrets.token_hex(8)}.tmp")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
        try:
            with open(handle, "w", encoding="ascii") as file:  # noqa: PTH123 - a handle, no path
                file.write(text)
            beside.replace(self.path)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
        self._text = text
        self._seen = self._present()

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ApiError(
                message(
                    "The token of the HTTP API in {path} cannot be used ({reason}). "
                    "Correct the file's permissions, or delete it.",
                    path=self.path,
                    reason=system_reason(error),
                )
            ) from error
