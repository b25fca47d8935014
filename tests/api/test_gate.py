"""Only a program of this computer with the token gets in: no web page, no foreign host."""

from pathlib import Path

import pytest

from app.api import gate
from tests.api.serving import LISTS, SYNC, Served, served

STATUS = "/api/sync/status"
EVIL = "http://evil.example"


async def count_of_runs(s: Served) -> int:
    return len(await s.store.runs())


@pytest.mark.parametrize("path", [STATUS, *LISTS, "/api/openapi.json", "/api/events", "/nowhere"])
async def test_without_the_token_nothing_is_answered(tmp_path: Path, path: str) -> None:
    async with served(tmp_path) as s, s.client(headers={}) as client:
        answer = await client.get(path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["detail"].startswith("The token is missing or wrong.")


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer x", "Basic {}", "{}", "Bearer {}x", "Bearer x{}", "Bearer Ã"],
)
async def test_another_token_is_refused(tmp_path: Path, given: str) -> None:
    async with served(tmp_path) as s, s.client(headers={}) as client:
        header = given.format(s.token.text()).encode("latin-1")
        answer = await client.post(SYNC, headers=[(b"Authorization", header)])
        assert answer.status_code == 401
        assert s.token.text() not in answer.text
        assert await count_of_runs(s) == 0


async def test_two_tokens_are_refused_even_if_one_is_right(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        answer = await s.raw(s.head(f"GET {STATUS}", "Authorization: Bearer x"))
        assert answer.startswith(b"HTTP/1.1 401 ")


async def test_a_name_that_leads_here_is_no_host_of_the_api(tmp_path: Path) -> None:
    """DNS rebinding: the page's own name leads to 127.0.0.1, and the browser sends it as host."""
    async with served(tmp_path) as s, s.client() as client:
        hosts = ["evil.example", f"evil.example:{s.port}", "127.0.0.1", "localhost", ""]
        hosts += [f"127.0.0.1:{s.port + 1}", f"127.0.0.1.evil.example:{s.port}", "0.0.0.0"]
        hosts += [f"127.0.0.1:{s.port}@evil.example", f"[::]:{s.port}", f"localhost.:{s.port}"]
        for host in hosts:
            for path in (STATUS, "/api/docs"):
                answer = await client.get(path, headers={"Host": host})
                assert answer.status_code == 421, host
                assert "127.0.0.1" in answer.json()["detail"]


async def test_each_name_of_the_loopback_is_a_host_of_the_api(tmp_path: Path) -> None:
    async with served(tmp_path) as s, s.client() as client:
        for name in ("127.0.0.1", "localhost", "LocalHost", "[::1]"):
            answer = await client.get(STATUS, headers={"Host": f"{name}:{s.port}"})
            assert answer.status_code == 200, name


def test_at_port_80_the_port_may_be_left_out() -> None:
    assert "localhost" in gate.allowed_hosts(80)
    assert "localhost" not in gate.allowed_hosts(8000)


async def test_a_web_page_is_refused_whatever_it_brings(tmp_path: Path) -> None:
    """CSRF: a form of another page, or a script with a token that it got hold of."""
    async with served(tmp_path) as s, s.client() as client:
        for origin in (EVIL, s.base, "null", ""):
            form = await client.post(SYNC, data={"account_id": "All"}, headers={"Origin": origin})
            read = await client.get(STATUS, headers={"Origin": origin})
            assert (form.status_code, read.status_code) == (403, 403), origin
        asked = await client.options(
            SYNC, headers={"Origin": EVIL, "Access-Control-Request-Method": "POST"}
        )
        assert asked.status_code == 403
        assert await count_of_runs(s) == 0


async def test_no_answer_lets_a_browser_read_keep_or_show_it(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        for path in (STATUS, "/api/docs", "/nowhere"):
            answer = await s.get(path)
            assert not [name for name in answer.headers if name.startswith("access-control")]
            assert "set-cookie" not in answer.headers
            assert "server" not in answer.headers
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
async def test_other_methods_are_not_possible(tmp_path: Path, method: str) -> None:
    async with served(tmp_path) as s, s.client() as client:
        for path, allowed in ((SYNC, "POST"), (STATUS, "GET"), ("/api/docs", "GET")):
            answer = await client.request(method, path)
            assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


async def test_a_sync_cannot_be_asked_for_by_get(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        answer = await s.get(SYNC)
        assert answer.status_code == 405
        assert answer.json() == {"detail": "GET is not possible at this address; use POST."}
        assert await count_of_runs(s) == 0


async def test_a_huge_body_is_refused_and_not_kept(tmp_path: Path) -> None:
    async def endless() -> "object":
        for _ in range(40):
            yield b"x" * 4096

    async with served(tmp_path) as s, s.client() as client:
        told = await client.post(SYNC, content=b"x" * (gate.MOST_BODY + 1))
        untold = await client.post(SYNC, content=endless())
        with_get = await client.request("GET", STATUS, content=b"x" * (gate.MOST_BODY + 1))
        assert [a.status_code for a in (told, untold, with_get)] == [413, 413, 413]
        assert await count_of_runs(s) == 0
        small = await client.post(SYNC, content=b"x" * gate.MOST_BODY)
        assert small.status_code == 200


async def test_a_body_that_does_not_come_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "BODY_S", 0.05)
    async with served(tmp_path) as s:
        answer = await s.raw(s.head(f"POST {SYNC}", "Content-Length: 100", close=False) + b"x")
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert await count_of_runs(s) == 0


async def test_a_bug_is_a_sentence_for_the_client_and_a_traceback_for_the_log(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    expected_warnings: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    expected_warnings.append("a bug ended a request to the API")

    async def broken() -> None:
        raise IndexError("list index out of range")

    async with served(tmp_path) as s:
        monkeypatch.setattr(s.store, "statistics", broken)
        answer = await s.get(STATUS)
        assert (answer.status_code, answer.json()) == (500, {"detail": gate.BUG})
        assert "IndexError" in caplog.text
        assert s.token.text() not in caplog.text


async def test_a_token_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    async with served(tmp_path) as s, s.client() as client:
        s.token.path.unlink()
        s.token.path.mkdir()
        answer = await client.get(STATUS)
        assert answer.status_code == 500
        assert str(s.token.path) in answer.json()["detail"]
