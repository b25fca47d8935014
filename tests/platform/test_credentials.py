"""Secrets: in a keyring, in a private file, from the environment; never in a text."""

import logging
import sys
import threading
from pathlib import Path

import pytest

from app.domain.fetching.failures import CredentialsError
from app.domain.text.redaction import Secret
from app.platform.credentials import (
    SERVICE,
    Credentials,
    Keyring,
    SecretPlace,
    StoredSecret,
    desktop_keyring,
    flex_secret_name,
)

NAME = flex_secret_name("default")
TEXT = "771234567890123456789012"


class RingInMemory:
    """A desktop's keyring that works."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class BrokenRing(RingInMemory):
    """One whose every call fails, with the secret in its error."""

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError(f"no collection for {service} {username}, {TEXT}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"{service} {username} cannot keep {password}")


def credentials(
    folder: Path, ring: Keyring | None = None, patience_s: float = 60.0, **environment: str
) -> Credentials:
    return Credentials(folder, environment, find_keyring=lambda: ring, patience_s=patience_s)


async def test_a_secret_goes_to_the_keyring_where_one_works(tmp_path: Path) -> None:
    ring = RingInMemory()
    kept = credentials(tmp_path, ring)
    assert await kept.read(NAME) is None
    assert await kept.store(NAME, Secret(f" {TEXT}\n")) is SecretPlace.KEYRING
    assert ring.kept == {(SERVICE, NAME): TEXT}
    assert await kept.read(NAME) == StoredSecret(Secret(TEXT), SecretPlace.KEYRING)
    assert not list(tmp_path.rglob("*.secret"))
    await kept.delete(NAME)
    assert (ring.kept, await kept.read(NAME)) == ({}, None)
    await kept.delete(NAME)  # that there is none is no failure


async def test_without_a_keyring_it_is_a_file_of_its_own_for_its_owner_only(tmp_path: Path) -> None:
    kept = credentials(tmp_path)
    assert await kept.store(NAME, Secret(TEXT)) is SecretPlace.FILE
    assert await kept.store("api-token", Secret("other")) is SecretPlace.FILE
    file = tmp_path / "secrets" / f"{NAME}.secret"
    assert file.read_text() == TEXT
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.parent.stat().st_mode & 0o777 == 0o700
    assert sorted(file.parent.iterdir()) == sorted([file, file.with_name("api-token.secret")])
    assert await kept.read(NAME) == StoredSecret(Secret(TEXT), SecretPlace.FILE)
    await kept.delete(NAME)
    assert await kept.read(NAME) is None


async def test_a_keyring_that_fails_is_replaced_by_the_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    kept = credentials(tmp_path, BrokenRing())
    with pytest.raises(CredentialsError, match="keyring gave no token"):
        await kept.read(NAME)
    assert await kept.store(NAME, Secret(TEXT)) is SecretPlace.FILE
    found = await kept.read(NAME)
    assert found is not None
    assert found.place is SecretPlace.FILE
    assert TEXT not in caplog.text
    assert "RuntimeError" in caplog.text


async def test_a_locked_keyring_keeps_nobody_waiting(tmp_path: Path) -> None:
    unlocked = threading.Event()

    class LockedRing(RingInMemory):
        def get_password(self, service: str, username: str) -> str | None:
            unlocked.wait()
            return super().get_password(service, username)

    try:
        with pytest.raises(CredentialsError, match="locked"):
            await credentials(tmp_path, LockedRing(), patience_s=0.05).read(NAME)
    finally:
        unlocked.set()


async def test_the_keyring_takes_over_from_the_file(tmp_path: Path) -> None:
    await credentials(tmp_path).store(NAME, Secret("old"))
    kept = credentials(tmp_path, RingInMemory())
    await kept.store(NAME, Secret(TEXT))
    assert not list(tmp_path.rglob("*.secret"))


async def test_the_environment_wins_for_flex_tokens_only(tmp_path: Path) -> None:
    kept = credentials(tmp_path, POSITION_SYNC_FLEX_TOKEN=f" {TEXT} ")
    await kept.store("api-token", Secret("other"))
    assert await kept.read(NAME) == StoredSecret(Secret(TEXT), SecretPlace.ENVIRONMENT)
    assert await kept.read("api-token") == StoredSecret(Secret("other"), SecretPlace.FILE)


@pytest.mark.parametrize("text", ["", "  ", "tökén", "a\nb", "x" * 5_000])
async def test_what_is_no_token_is_not_stored(text: str, tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match="not a token"):
        await credentials(tmp_path).store(NAME, Secret(text))
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("in the way")
    with pytest.raises(CredentialsError, match="secrets") as caught:
        await credentials(tmp_path).store(NAME, Secret(TEXT))
    assert TEXT not in str(caught.value)


async def test_a_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    kept = credentials(tmp_path)
    await kept.store(NAME, Secret(TEXT))
    (tmp_path / "secrets" / f"{NAME}.secret").write_bytes(b"\xff\xfe")
    with pytest.raises(CredentialsError, match="damaged"):
        await kept.read(NAME)


def test_a_backend_that_keeps_nothing_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backends import fail, null

    for backend in (fail.Keyring(), null.Keyring()):
        monkeypatch.setattr(keyring, "get_keyring", lambda made=backend: made)
        assert desktop_keyring() is None
