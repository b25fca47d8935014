"""Secrets by name: in the desktop's keyring where one works, else each in a private file.

A secret never stands in a log or an error. The environment wins over both.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

from app.domain.fetching.failures import CredentialsError
from app.domain.text.messages import message
from app.domain.text.redaction import Secret
from app.domain.text.system_errors import system_reason
from app.platform.daemon_thread import in_daemon_thread
from app.platform.private_files import create_private_folder, open_private

log = logging.getLogger(__name__)

T = TypeVar("T")

SERVICE = "position-sync"
FOLDER = "secrets"
FLEX_PREFIX = "flex-token-"
FLEX_VARIABLE = "POSITION_SYNC_FLEX_TOKEN"
LONGEST = 4096  # characters of a secret
PATIENCE_S = 20.0  # a locked keyring asks the user first
LEAST_PRIORITY = 1  # of keyring's backends: those below store nothing, or plain text
LOCKED = message(
    "The desktop's keyring gave no token: it is locked, or did not answer. Unlock it and try "
    "again, or set POSITION_SYNC_FLEX_TOKEN."
)
UNUSABLE = message("This is not a token: paste the digits that IBKR's Client Portal shows.")


class SecretPlace(StrEnum):
    """Where a secret is."""

    ENVIRONMENT = "environment"
    KEYRING = "keyring"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """A secret and where it was found."""

    secret: Secret
    place: SecretPlace


class Keyring(Protocol):
    """What is used of a backend of the library `keyring`."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


def desktop_keyring() -> Keyring | None:
    """The desktop's keyring; None without one. It can block."""
    import keyring  # imported late: it looks for all backends

    found = keyring.get_keyring()
    return found if found.priority >= LEAST_PRIORITY else None


class KeyringSilentError(Exception):
    """The keyring failed, or did not answer in time."""


class Credentials:
    """Reads, stores and deletes secrets.

    Args:
        folder: of the data; the files are in a folder of their own below it.
        environment: variables that win, as POSITION_SYNC_FLEX_TOKEN does for every Flex token.
        find_keyring: None for none.
        patience_s: how long a keyring may take.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str] = os.environ,
        *,
        find_keyring: Callable[[], Keyring | None] = desktop_keyring,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._folder = folder / FOLDER
        self._environment = environment
        self._find_keyring = find_keyring
        self._patience_s = patience_s

    async def read(self, name: str) -> StoredSecret | None:
        """Raises: CredentialsError: it may be stored, but cannot be read."""
        given = self._given(name)
        if given is not None:
            return StoredSecret(given, SecretPlace.ENVIRONMENT)
        is_silent = False
        try:
            text = await self._with_keyring(lambda ring: ring.get_password(SERVICE, name))
            if text:
                return StoredSecret(Secret(text), SecretPlace.KEYRING)
        except KeyringSilentError:
            is_silent = True
        text = await on_file(lambda: self._read_file(name))
        if text:
            return StoredSecret(Secret(text), SecretPlace.FILE)
        if is_silent:
            raise CredentialsError(LOCKED)
        return None

    async def store(self, name: str, secret: Secret) -> SecretPlace:
        """Stores it, and says where; what the environment gives still wins.

        Raises:
            CredentialsError: it is no token, or cannot be stored anywhere.
        """
        text = secret.text.strip()
        if not (text.isascii() and text.isprintable() and 0 < len(text) <= LONGEST):
            raise CredentialsError(UNUSABLE)
        if await self._store_in_keyring(name, text):
            await on_file(lambda: self._delete_file(name))
            return SecretPlace.KEYRING
        await on_file(lambda: self._write_file(name, text))
        return SecretPlace.FILE

    async def delete(self, name: str) -> None:
        """Deletes it wherever it is stored.

        Raises:
            CredentialsError: it is still stored.
        """
        await on_file(lambda: self._delete_file(name))

        def delete(ring: Keyring) -> bool:
            if ring.get_password(SERVICE, name) is not None:
                ring.delete_password(SERVICE, name)
            return True

        try:
            await self._with_keyring(delete)
        except KeyringSilentError:
            raise CredentialsError(LOCKED) from None

    def _given(self, name: str) -> Secret | None:
        text = self._environment.get(FLEX_VARIABLE, "").strip()
        return Secret(text) if text and name.startswith(FLEX_PREFIX) else None

    async def _store_in_keyring(self, name: str, text: str) -> bool:
        """Whether the keyring has it, as it says itself when it is asked again."""

        def store(ring: Keyring) -> bool:
            ring.set_password(SERVICE, name, text)
            return ring.get_password(SERVICE, name) == text

        try:
            return bool(await self._with_keyring(store))
        except KeyringSilentError:
            return False

    async def _with_keyring(self, use: Callable[[Keyring], T | None]) -> T | None:
        """None without a keyring. Raises: KeyringSilentError."""

        def call() -> T | None:
            ring = self._find_keyring()
            return None if ring is None else use(ring)

        try:
            async with asyncio.timeout(self._patience_s):
                return await in_daemon_thread(call, "keyring")
        except Exception as error:  # its backends raise whatever their desktop does
            log.info("the desktop's keyring failed: %s", type(error).__name__)
            raise KeyringSilentError from None

    # -- the files; these block --

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.secret"

    def _read_file(self, name: str) -> str:
        try:
            with self._file(name).open(encoding="ascii") as file:
                return file.read(LONGEST).strip()
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise unreadable(system_reason(error)) from None
        except ValueError:
            raise unreadable(message("it is damaged")) from None

    def _write_file(self, name: str, text: str) -> None:
        """Replaces it whole: a crash leaves the old one."""
        file = self._file(name)
        new = file.with_suffix(".new")
        try:
            create_private_folder(self._folder)
            with open(new, "w", encoding="ascii", opener=open_private) as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            new.replace(file)
        except OSError as error:
            with contextlib.suppress(OSError):
                new.unlink()
            raise unwritable(self._folder, error) from None

    def _delete_file(self, name: str) -> None:
        try:
            self._file(name).unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(self._folder, error) from None


def unreadable(reason: str) -> CredentialsError:
    return CredentialsError(
        message(
            "The stored token cannot be read ({reason}). Save it again in Settings > Statements.",
            reason=reason,
        )
    )


def unwritable(folder: Path, error: OSError) -> CredentialsError:
    return CredentialsError(
        message(
            "The token cannot be stored in {folder} ({reason}). Correct the folder's permissions.",
            folder=folder,
            reason=system_reason(error),
        )
    )


async def on_file(call: Callable[[], T]) -> T:
    """Not `asyncio.to_thread`: under qasync it logs what goes in and what comes out."""
    return await in_daemon_thread(call, "secrets")


def flex_secret_name(token: str) -> str:
    """The name of the secret of a Flex token."""
    return f"{FLEX_PREFIX}{token}"
