"""What a foreign error says to the user is the system's words, or the program's own."""

import errno
import os
import socket

import pytest

from app.broker import errors
from app.domain.text.system_errors import NO_REASON, NOT_UTF_8, file_reason, system_reason

NOBODY = (
    "Multiple exceptions: [Errno 111] Connect call failed ('::1', 9, 0, 0), "
    "[Errno 111] Connect call failed ('127.0.0.1', 9)"
).replace("111", str(errno.ECONNREFUSED))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.ENOSPC, "whatever Python has"), os.strerror(errno.ENOSPC)),
        (OSError(errno.EHOSTUNREACH, "Connect call failed ('10.0.0.1', 7497)"), None),
        (socket.gaierror(8, "Name or service not known"), "Name or service not known"),
        (OSError("[Errno 5] something"), NO_REASON),
    ],
    ids=str,
)
def test_a_system_error_is_given_in_the_systems_words(error: OSError, reason: str | None) -> None:
    assert system_reason(error) == (reason or os.strerror(error.errno or 0))


def test_a_file_that_is_not_text_is_named_without_the_codecs_words() -> None:
    with pytest.raises(UnicodeDecodeError) as caught:
        b"\xff".decode("utf-8")
    assert file_reason(caught.value, "it is no TOML") == NOT_UTF_8
    assert file_reason(ValueError("invalid literal"), "it is no TOML") == "it is no TOML"


def test_a_host_of_several_addresses_that_all_refuse_is_refused() -> None:
    assert errors.all_refused(OSError(NOBODY))
    assert not errors.all_refused(OSError(f"{NOBODY}, [Errno {errno.EHOSTUNREACH}] x"))
    assert not errors.all_refused(OSError(errno.EHOSTUNREACH, "no route"))
    text = str(errors.no_route("host", 9, OSError(f"{NOBODY}, [Errno {errno.EHOSTUNREACH}] x")))
    assert "Errno" not in text
    assert "Connect call" not in text
    assert os.strerror(errno.ECONNREFUSED) in text


def test_advice_about_the_api_is_given_only_where_it_may_be_off() -> None:
    read = str(errors.api_error(321, "Error validating request: no such thing.", "the positions"))
    assert "ActiveX" not in read
    assert read.endswith("Try again; if it keeps happening, restart TWS.")


async def test_a_refused_connection_is_told_to_enable_the_api() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        port = taken.getsockname()[1]
        text = str(await errors.refused("127.0.0.1", port))
    assert "ActiveX" in text or "does answer" in text


def test_what_tws_says_stays_within_its_sentence() -> None:
    text = str(errors.api_error(321, "x\x1b[2J\n" + "y" * 10_000, "the positions"))
    assert len(text) < 600
    assert text.isprintable()
    assert text.endswith("restart TWS.")
