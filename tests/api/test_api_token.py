"""The token: private, long, renewed for all processes at once."""

import os
import stat
from pathlib import Path

import pytest

from app.api.api_token import FORM, ApiToken
from app.domain.model.errors import ApiError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def token(tmp_path: Path) -> ApiToken:
    return ApiToken(tmp_path / "data" / "api-token")


def test_it_is_made_at_first_use_and_stays(token: ApiToken) -> None:
    text = token.text()
    assert FORM.fullmatch(text)
    assert token.text() == ApiToken(token.path).text() == text
    assert [file.name for file in token.path.parent.iterdir()] == ["api-token"]


@pytest.mark.skipif(os.name == "nt", reason="there the folder protects it")
def test_only_its_owner_can_read_it(token: ApiToken) -> None:
    token.text()
    assert (mode(token.path), mode(token.path.parent)) == (0o600, 0o700)
    token.path.chmod(0o644)
    ApiToken(token.path).text()
    assert mode(token.path) == 0o600
    token.renew()
    assert mode(token.path) == 0o600


def test_a_renewed_one_counts_in_every_process_from_then_on(token: ApiToken) -> None:
    other = ApiToken(token.path)
    old = other.text()
    new = token.renew()
    assert new != old
    assert other.matches(new.encode())
    assert not other.matches(old.encode())
    assert not other.matches(b"")


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 44, b"\xff" * 43, b" " * 43])
def test_a_file_without_a_token_gets_one(token: ApiToken, content: bytes) -> None:
    token.path.parent.mkdir()
    token.path.write_bytes(content)
    assert FORM.fullmatch(token.text())
    assert token.path.read_text() == token.text()


def test_a_deleted_one_is_replaced(token: ApiToken) -> None:
    old = token.text()
    token.path.unlink()
    assert token.text() != old


def test_a_file_that_cannot_be_used_is_named(token: ApiToken) -> None:
    token.path.mkdir(parents=True)
    with pytest.raises(ApiError, match="api-token cannot be used"):
        token.text()
    with pytest.raises(ApiError, match="delete it"):
        token.renew()
    assert [file.name for file in token.path.parent.iterdir()] == ["api-token"]
