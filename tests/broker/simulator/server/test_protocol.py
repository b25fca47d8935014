"""Framing, and what the server does with clients that do not speak TWS's protocol."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.broker.simulator.server.protocol import FrameReader, MalformedInput, fields, frame
from tests.broker.simulator.desk import BTC, D, connected, raw, serving, settled, traded_market


def test_values_become_fields_as_tws_writes_them() -> None:
    assert fields(61, D("0.12345678"), D("1E+2"), True, "", None) == (
        *("61", "0.12345678", "100", "1", "", "1.7976931348623157E308"),
    )


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
messages = st.lists(st.lists(texts, min_size=1, max_size=5).map(tuple), max_size=5)


@given(messages, st.integers(1, 40))
def test_messages_come_out_as_they_went_in_however_the_bytes_are_cut(
    sent: list[tuple[str, ...]], size: int
) -> None:
    stream = b"API\0" + b"".join(frame(message) for message in sent)
    unframer = FrameReader()
    got = [m for i in range(0, len(stream), size) for m in unframer.feed(stream[i : i + size])]
    assert got == sent


@given(st.binary(max_size=64))
def test_garbage_is_a_message_or_malformed_and_nothing_else(garbage: bytes) -> None:
    for stream in (garbage, b"API\0" + garbage):
        try:
            FrameReader().feed(stream)
        except MalformedInput:
            continue


GREETING = b"API\0" + struct.pack(">I", 9) + b"v157..176"
BAD_STREAMS = {
    "no greeting": b"GET / HTTP/1.1\r\n\r\n",
    "an impossible length": b"API\0" + b"\xff\xff\xff\xff",
    "no version": b"API\0" + struct.pack(">I", 5) + b"hello",
    "an old version": b"API\0" + struct.pack(">I", 9) + b"v100..110",
    "a request before the start": GREETING + frame(("61", "1")),
    "no number": GREETING + frame(("71", "2", "5", "")) + frame(("hello",)),
    "too few fields": GREETING + frame(("71", "2", "5", "")) + frame(("76", "1", "9")),
    "no text": GREETING + struct.pack(">I", 2) + b"\xff\0",
    "an empty message": GREETING + struct.pack(">I", 0),
}


@pytest.mark.parametrize("stream", BAD_STREAMS.values(), ids=BAD_STREAMS.keys())
async def test_malformed_input_drops_only_the_client_that_sent_it(stream: bytes) -> None:
    async with serving() as tws, connected(tws, 7) as ib:
        async with raw(tws) as bad:
            bad.writer.write(stream)
            await bad.read_to_end()
        await settled(ib)
        assert tws.sessions == (7,)
        assert len(await ib.reqPositionsAsync()) == 18


@pytest.mark.parametrize("rest", [(), ("1",), ("x",) * 4, ("1",) * 20, ("-1", "é") * 5])
async def test_no_request_with_strange_fields_harms_the_server(rest: tuple[str, ...]) -> None:
    async with serving() as tws, connected(tws, 7) as ib:
        for number in range(110):
            async with raw(tws) as client:
                client.greet()
                client.send("71", "2", "1", "")
                client.send(str(number), *rest)
                client.writer.write_eof()
                await client.read_to_end()
        await settled(ib)
        assert tws.sessions == (7,)
        assert len(await ib.reqPositionsAsync()) == 18


async def test_an_execution_filter_that_cannot_be_read_drops_the_client() -> None:
    async with serving(traded_market()) as tws:
        for since in ("yesterday", "20261123 12:00:00 Europe", "20261123 12:00:00 Moon/Base"):
            async with raw(tws, versions="v157..176") as client:
                client.send("7", "3", "4", "", "", since, "", "", "", "")
                assert b"\x00320\x00" in await client.read_to_end()


async def test_an_unknown_request_is_answered_with_an_error() -> None:
    async with serving() as tws, raw(tws, versions="v157..176") as client:
        client.send("4711", "1")
        assert (await client.read())[:4] == ("4", "2", "-1", "320")
        client.send("49", "1")
        assert (await client.read())[0] == "49"


@pytest.mark.parametrize(
    ("versions", "agreed"),
    [("v100..157 +PACEAPI", "157"), ("v100..151", "151"), ("v157..178", "176")],
)
async def test_the_older_side_sets_the_version(versions: str, agreed: str) -> None:
    async with serving() as tws, raw(tws) as client:
        client.greet(versions)
        assert (await client.read())[0] == agreed


@pytest.mark.parametrize(
    ("version", "error_fields", "details_fields", "quantity"),
    [(151, 5, 38, "0"), (157, 5, 39, "0"), (163, 5, 40, "0.12345678"), (176, 6, 40, "0.12345678")],
)
async def test_messages_have_the_layout_of_the_agreed_version(
    version: int, error_fields: int, details_fields: int, quantity: str
) -> None:
    async with serving() as tws, raw(tws, versions=f"v100..{version}") as client:
        client.send("9", "8", "5", "0", "NOPE", *[""] * 13)
        assert len(await client.read()) == error_fields
        client.send("9", "8", "5", "265598", *[""] * 14)
        assert len(await client.read()) == details_fields
        await client.read()
        client.send("94", "6", "DU1234567", "", str(BTC.con_id))
        assert (await client.read())[2] == quantity


@pytest.mark.parametrize("version", [157, 162, 163, 164, 165, 166, 176])
async def test_ib_insync_decodes_every_version_that_it_speaks(
    version: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving() as tws, connected(tws, newest=version) as ib:
        from ib_insync import Contract

        (details,) = await ib.reqContractDetailsAsync(Contract(conId=14121))
        assert ib.client.serverVersion() == version
        assert details.longName.startswith("Münchener")
        assert details.stockType == ""
        assert not [record for record in caplog.records if record.name == "ib_insync.Decoder"]
