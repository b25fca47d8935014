"""The client of the Flex Web Service: what it asks, what it accepts, what it says otherwise."""

import asyncio
import gzip
import logging
import ssl
from datetime import date
from pathlib import Path

import pytest

from app.domain.fetching.failures import FailureKind, StatementServiceError
from app.domain.fetching.plan import DayRange
from app.domain.fetching.report import FetchStep, ServiceProgress
from app.domain.text.redaction import Secret
from app.flex.web_service.client import IBKR, FlexWebService
from app.flex.web_service.error_codes import CODES
from app.flex.web_service.http_request import ServiceLimits
from tests.flex.files import account_statement, document, trade
from tests.flex.web_service.conftest import Clock
from tests.flex.web_service.fake_service import (
    REFERENCE,
    TOKEN,
    Answer,
    FakeService,
    cut_off,
    endless,
    error,
    response,
    text,
    zipped,
)

STATEMENT = document(account_statement(trade()))
SHORT = ServiceLimits(silence_s=0.3)
AGAIN_CODES = (1001, 1004, 1005, 1006, 1007, 1008, 1009, 1019, 1021)
AT_ONCE_CODES = (1003, 1010, 1011, 1012, 1013, 1014, 1015, 1016, 1017, 1020)
TEN_MINUTES = [5.0, 15.0, 45.0, 135.0, 400.0]


class Fetch:
    """One fetch with the client. Attributes: progress: all that it reported."""

    def __init__(self, ibkr: FakeService, clock: Clock) -> None:
        self.ibkr = ibkr
        self.clock = clock
        self.progress: list[ServiceProgress] = []
        self.file: Path | None = None

    async def content(
        self, days: DayRange | None = None, limits: ServiceLimits | None = None
    ) -> str:
        service = FlexWebService(
            self.ibkr.base,
            limits=limits or ServiceLimits(),
            sleep=self.clock.sleep,
            clock=self.clock.read,
        )
        async with service.statement(
            Secret(TOKEN), "4711", days, self.progress.append, name="trades"
        ) as file:
            self.file = file
            return file.read_text(encoding="utf-8")

    async def failure(self, limits: ServiceLimits | None = None) -> StatementServiceError:
        """The error, whose text is a sentence without the token or an address."""
        with pytest.raises(StatementServiceError) as caught:
            await self.content(limits=limits)
        said = str(caught.value)
        assert said.endswith("."), said
        for private in (TOKEN, "http", "GetStatement", "SendRequest", REFERENCE):
            assert private not in said
        chain: BaseException | None = caught.value
        while chain is not None:
            assert TOKEN not in repr(chain)
            chain = chain.__context__
        return caught.value


@pytest.fixture
def fetch(ibkr: FakeService, clock: Clock) -> Fetch:
    return Fetch(ibkr, clock)


async def test_a_statement_is_asked_for_then_downloaded_and_deleted_after_use(fetch: Fetch) -> None:
    fetch.ibkr.statements(text(STATEMENT))
    assert await fetch.content() == STATEMENT
    first, second = fetch.ibkr.asked
    assert (first.verb, first.parameters) == ("SendRequest", {"t": TOKEN, "q": "4711", "v": "3"})
    assert (second.verb, second.parameters) == (
        "GetStatement", {"t": TOKEN, "q": REFERENCE, "v": "3"},
    )  # fmt: skip
    assert first.user_agent.startswith("PositionSync/")
    assert first.user_agent == second.user_agent
    assert fetch.file is not None
    assert fetch.file.name == "trades.xml"
    assert not fetch.file.parent.exists()


async def test_days_are_written_as_ibkr_wants_them(fetch: Fetch) -> None:
    fetch.ibkr.statements(text(STATEMENT))
    await fetch.content(DayRange(date(2026, 1, 2), date(2026, 11, 30)))
    parameters = fetch.ibkr.asked[0].parameters
    assert (parameters["fd"], parameters["td"]) == ("20260102", "20261130")


async def test_the_element_names_of_a_response_may_be_in_lower_case(fetch: Fetch) -> None:
    fetch.ibkr.requests(text(fetch.ibkr.reference().replace("Url>", "url>")))
    fetch.ibkr.statements(text(STATEMENT))
    assert await fetch.content() == STATEMENT


@pytest.mark.parametrize("code", AGAIN_CODES)
async def test_a_statement_that_is_not_ready_is_asked_for_again_and_again(
    code: int, fetch: Fetch
) -> None:
    fetch.ibkr.requests(error(code))
    fetch.ibkr.statements(error(code), error(code), text(STATEMENT))
    assert await fetch.content() == STATEMENT
    assert fetch.clock.long_waits == [5, 15, 45]
    assert (fetch.ibkr.counted("SendRequest"), fetch.ibkr.counted("GetStatement")) == (2, 3)
    waits = [progress for progress in fetch.progress if progress.step is FetchStep.WAITING]
    assert [progress.wait_s for progress in waits] == [5, 15, 45]
    assert all(progress.reason.endswith(".") for progress in waits)


async def test_a_reference_that_is_never_ready_is_given_up_after_ten_minutes(fetch: Fetch) -> None:
    fetch.ibkr.statements(error(1019))
    failed = await fetch.failure()
    assert (failed.kind, failed.code) == (FailureKind.AGAIN, 1019)
    assert str(failed).endswith("This was tried for ten minutes. Fetch it again tomorrow.")
    assert fetch.clock.long_waits == TEN_MINUTES
    assert sum(TEN_MINUTES) == 600


async def test_too_many_requests_wait_longer_each_time_and_then_end(fetch: Fetch) -> None:
    fetch.ibkr.requests(*[error(1018)] * 5)
    failed = await fetch.failure()
    assert (failed.kind, failed.code) == (FailureKind.TOO_MANY, 1018)
    assert fetch.clock.long_waits == [90, 300, 900, 3600]


@pytest.mark.parametrize("code", AT_ONCE_CODES)
async def test_what_only_the_user_can_mend_fails_at_once(code: int, fetch: Fetch) -> None:
    fetch.ibkr.requests(error(code))
    failed = await fetch.failure()
    known = CODES[code]
    assert (failed.code, str(failed)) == (code, f"{known.cause} {known.step}".strip())
    assert fetch.clock.waits == []
    assert len(fetch.ibkr.asked) == 1


def test_every_documented_code_has_its_kind_and_a_sentence_of_its_own() -> None:
    assert set(CODES) == {*AGAIN_CODES, *AT_ONCE_CODES, 1018}
    kinds = {code: meaning.kind for code, meaning in CODES.items()}
    assert {code for code, kind in kinds.items() if kind is FailureKind.AGAIN} == {*AGAIN_CODES}
    assert {code for code, kind in kinds.items() if kind is FailureKind.USER} == {
        1011, 1012, 1013, 1015,
    }  # fmt: skip
    assert {code for code, kind in kinds.items() if kind is FailureKind.QUERY} == {
        1010, 1014, 1016, 1017, 1020,
    }  # fmt: skip
    assert (kinds[1003], kinds[1018]) == (FailureKind.NO_DATA, FailureKind.TOO_MANY)
    assert len({meaning.cause for meaning in CODES.values()}) == len(CODES)


@pytest.mark.parametrize("code", ["1099", "x", "99999999999999999999"])
async def test_an_unknown_code_is_named_with_what_ibkr_says_but_not_the_token(
    code: str, fetch: Fetch
) -> None:
    fetch.ibkr.requests(error(code, f"No luck with {TOKEN} of U1234567."))
    failed = await fetch.failure()
    assert failed.kind is FailureKind.ANSWER
    assert "No luck with ••• of U…67" in str(failed)


@pytest.mark.parametrize(
    "url",
    [
        "http://ndcdyn.interactivebrokers.com/AccountManagement/FlexWebService/GetStatement",
        f"{IBKR}/GetStatement",
        "https://evil.example/AccountManagement/FlexWebService/GetStatement",
        "{base}/GetStatement/../../other",
        "{base}/GetStatement?x=1",
        "{base}/SendRequest",
        "http://user@{host}/AccountManagement/FlexWebService/GetStatement",
        "http://{host}.evil.example/AccountManagement/FlexWebService/GetStatement",
        "//{host}/AccountManagement/FlexWebService/GetStatement",
        "",
    ],
)
async def test_another_address_for_the_statement_never_gets_the_token(
    url: str, fetch: Fetch
) -> None:
    url = url.format(base=fetch.ibkr.base, host=fetch.ibkr.host)
    fetch.ibkr.requests(text(fetch.ibkr.reference(url)))
    failed = await fetch.failure()
    assert failed.kind is FailureKind.ANSWER
    assert "another address" in str(failed)
    assert fetch.ibkr.counted("GetStatement") == 0


def test_ibkrs_own_two_servers_are_accepted_and_no_other() -> None:
    assert FlexWebService()._statement_urls == {
        "https://ndcdyn.interactivebrokers.com/AccountManagement/FlexWebService/GetStatement",
        "https://gdcdyn.interactivebrokers.com/AccountManagement/FlexWebService/GetStatement",
    }


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirection_is_not_followed(status: int, fetch: Fetch) -> None:
    fetch.ibkr.requests(text("", status, Location=f"{fetch.ibkr.base}/GetStatement?t={TOKEN}"))
    failed = await fetch.failure()
    assert "referred to another address" in str(failed)
    assert len(fetch.ibkr.asked) == 1


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<FlexQueryResponse>&b;</FlexQueryResponse>"
)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (text("<!DOCTYPE html><html><body>Down.</body></html>"), "web page"),
        (text("\n <HTML><br></HTML>"), "web page"),
        (text(LAUGHS), "document type"),
        (text("not a statement"), "is not XML"),
        (text(b"\xff\xfe\x00"), "is not XML"),
        (text(""), "is not XML"),
        (text("{}"), "is not XML"),
        (text("<Other/>"), "is not a Flex statement"),
        (text("<FlexQueryResponse></Other>"), "is not XML"),
        (text('<?xml version="1.0" encoding="x-none"?><FlexQueryResponse/>'), "is not XML"),
        (text("<FlexStatementResponse/>"), "neither a statement nor an error"),
        (text(response(Status="Success", ReferenceCode="1")), "neither a statement nor an error"),
        (
            text(f"<FlexStatementResponse>{'<a>b</a>' * 9_000}</FlexStatementResponse>"),
            "is not a Flex",
        ),
        (text(f'<FlexQueryResponse a="{"x" * 2_500_000}"/>'), "is not a Flex statement"),
        (text(b"\x1f\x8bnot gzip at all"), "cannot be decompressed"),
        (text("not here", 404), "HTTP 404"),
        (lambda visitor: visitor.wfile.write(b"SSH-2.0-x\r\n\r\n"), "not HTTP"),
    ],
)
async def test_an_answer_that_is_no_statement_is_refused_with_its_reason(
    answer: Answer, said: str, fetch: Fetch
) -> None:
    fetch.ibkr.statements(answer)
    failed = await fetch.failure()
    assert failed.kind is FailureKind.ANSWER
    assert said in str(failed)


@pytest.mark.parametrize(
    "answer",
    [
        cut_off(STATEMENT),
        text(STATEMENT[:-30]),
        text(gzip.compress(STATEMENT.encode())[:-20]),
        text("", 503),
        text("", 500),
    ],
)
async def test_a_download_that_breaks_off_is_tried_again(answer: Answer, fetch: Fetch) -> None:
    fetch.ibkr.statements(answer, text(STATEMENT))
    assert await fetch.content() == STATEMENT
    assert fetch.clock.long_waits == [5]


async def test_a_compressed_statement_is_stored_plain(fetch: Fetch) -> None:
    fetch.ibkr.statements(zipped(STATEMENT))
    assert await fetch.content() == STATEMENT


async def test_a_small_file_that_grows_beyond_the_limit_is_stopped(fetch: Fetch) -> None:
    bomb = f"<FlexQueryResponse>{'<a />' * 1_000_000}</FlexQueryResponse>"
    fetch.ibkr.statements(zipped(bomb))
    failed = await fetch.failure(ServiceLimits(largest=2_000_000))
    assert "larger than 500 MB" in str(failed)


async def test_an_answer_without_an_end_is_stopped_at_the_limit(fetch: Fetch) -> None:
    fetch.ibkr.statements(endless())
    failed = await fetch.failure(ServiceLimits(largest=3_000_000))
    assert "larger than 500 MB" in str(failed)
    assert any(progress.received >= 1_000_000 for progress in fetch.progress)


async def test_a_silent_service_ends_with_a_sentence(fetch: Fetch) -> None:
    fetch.ibkr.requests(fetch.ibkr.hang)
    failed = await fetch.failure(SHORT)
    assert (failed.kind, "did not answer in time" in str(failed)) == (FailureKind.UNREACHABLE, True)


async def test_a_service_that_falls_silent_in_a_statement_ends_with_a_sentence(
    fetch: Fetch,
) -> None:
    fetch.ibkr.statements(fetch.ibkr.hang_in_body)
    assert "did not answer in time" in str(await fetch.failure(SHORT))


async def test_an_answer_may_not_take_longer_than_the_limit(fetch: Fetch) -> None:
    fetch.ibkr.statements(fetch.ibkr.hang_in_body)
    assert "did not answer in time" in str(await fetch.failure(ServiceLimits(longest_s=0.3)))


async def test_nobody_at_the_address_is_a_sentence(fetch: Fetch) -> None:
    with Gone() as gone:
        service = FlexWebService(gone, sleep=fetch.clock.sleep, clock=fetch.clock.read)
    with pytest.raises(StatementServiceError, match="could not be reached") as caught:
        async with service.statement(Secret(TOKEN), "1", None, fetch.progress.append):
            pass
    assert caught.value.kind is FailureKind.UNREACHABLE


async def test_a_certificate_that_nobody_vouches_for_gets_no_token(fetch: Fetch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).with_name("self_signed.pem"))
    server = fetch.ibkr._server
    server.socket = context.wrap_socket(server.socket, server_side=True)
    service = FlexWebService(fetch.ibkr.base.replace("http:", "https:"), sleep=fetch.clock.sleep)
    with pytest.raises(StatementServiceError, match="certificate"):
        async with service.statement(Secret(TOKEN), "1", None, fetch.progress.append):
            pass
    assert fetch.ibkr.asked == []


@pytest.mark.parametrize("where", ["request", "body"])
async def test_a_fetch_can_be_cancelled_while_the_service_is_silent(
    where: str, fetch: Fetch
) -> None:
    if where == "request":
        fetch.ibkr.requests(fetch.ibkr.hang)
    else:
        fetch.ibkr.statements(fetch.ibkr.hang_in_body)
    task = asyncio.create_task(fetch.content())
    assert await asyncio.to_thread(fetch.ibkr.is_hanging.wait, 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_requests_keep_to_one_a_second_and_ten_a_minute(
    ibkr: FakeService, clock: Clock
) -> None:
    ibkr.statements(text(STATEMENT))
    service = FlexWebService(ibkr.base, sleep=clock.sleep, clock=clock.read)
    began = clock.now
    moments: list[float] = []
    for _ in range(6):
        async with service.statement(
            Secret(TOKEN), "1", None, lambda _progress: moments.append(clock.now)
        ):
            pass
    assert len(ibkr.asked) == 12
    assert clock.waits[:9] == [1.0] * 9
    assert clock.now - began == 61  # the eleventh waits for the first to be a minute ago


async def test_neither_log_nor_errors_have_the_token(
    fetch: Fetch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fetch.ibkr.requests(error(1019), error(1012, TOKEN))
    await fetch.failure()
    assert "1012" in caplog.text
    assert TOKEN not in caplog.text
    assert TOKEN not in f"{Secret(TOKEN)!r} {Secret(TOKEN)}"


class Gone:
    """The address of a service that has ended when the block ends."""

    def __enter__(self) -> str:
        self._service = FakeService()
        self._service.__enter__()
        return self._service.base

    def __exit__(self, *_error: object) -> None:
        self._service.__exit__(None, None, None)
