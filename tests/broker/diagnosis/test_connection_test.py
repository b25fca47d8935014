"""The test of a connection against the simulated TWS and its faults: each step's sentence."""

import asyncio
import socket
from dataclasses import replace

import pytest

from app.broker.diagnosis.connection_test import probe, search
from app.broker.simulator.server.codes import RequestCode
from app.broker.tws_broker import Endpoint, TwsBroker
from app.domain.connection.profile import Mode
from app.domain.connection.test_result import (
    ConnectionTest,
    DiscoveredEndpoint,
    Outcome,
    Step,
    Target,
)
from tests.broker.other_servers import greeting, serving, web
from tests.broker.simulated import simulated

SHORT_S = 0.2


def target(port: int, *, timeout_s: float = 5.0, client_id: int = 17) -> Target:
    return Target("127.0.0.1", port, client_id, timeout_s)


async def probed(wanted: Target) -> ConnectionTest:
    return await probe(wanted, lambda _: None)


def failure(made: ConnectionTest) -> tuple[Step, str]:
    """The failed step and its sentence; those before it have passed, those after it wait."""
    assert made.failed is not None
    place = made.steps.index(made.failed)
    assert all(check.outcome is Outcome.PASSED for check in made.steps[:place])
    assert all(check.outcome is Outcome.WAITING for check in made.steps[place + 1 :])
    assert made.failed.text.endswith(".")
    return made.failed.step, made.failed.text


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def test_a_good_connection_passes_step_by_step_and_is_closed_again() -> None:
    seen: list[ConnectionTest] = []
    async with simulated() as (tws, _):
        made = await probe(target(tws.port), seen.append)
        while tws.sessions:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert set(tws.requests) == {
            RequestCode.START_API, RequestCode.POSITIONS, RequestCode.CANCEL_POSITIONS,
        }  # fmt: skip
        assert (tws.refused_orders, tws.bound_orders) == (0, 0)
    assert made.passed
    assert (made.accounts, made.positions) == (("DU1234567", "DU7654321"), 18)
    assert made.mode is Mode.PAPER
    assert [check.text for check in made.steps] == [
        f"Something listens at 127.0.0.1:{made.target.port}.",
        "TWS answers (API version 176).",
        "Client id 17 is free.",
        "DU1234567, DU7654321",
        "TWS sent 18 positions.",
    ]
    assert [next(c.outcome for c in one.steps if c.step is Step.PORT) for one in seen[:2]] == [
        Outcome.RUNNING,
        Outcome.PASSED,
    ]
    assert len(seen) == 2 * len(Step)


async def test_a_refused_port_says_how_to_open_it() -> None:
    port = free_port()
    made = await probed(target(port))
    assert failure(made) == (Step.PORT, f"Nothing listens at 127.0.0.1:{port}.")
    assert made.failed is not None
    assert "Tick “Enable ActiveX and Socket Clients”." in made.failed.advice
    assert f"Compare “Socket port” there with {port}." in made.failed.advice


async def test_a_host_that_does_not_exist_is_named() -> None:
    step, text = failure(await probed(replace(target(7497), host="no-such-host.invalid")))
    assert step is Step.PORT
    assert "no-such-host.invalid" in text


async def test_a_silent_handshake_asks_to_look_at_tws() -> None:
    async with simulated(silent_handshake=True) as (tws, _):
        made = await probed(target(tws.port, timeout_s=SHORT_S))
    assert failure(made) == (Step.HANDSHAKE, "It did not answer as TWS within 0.2 s.")
    assert made.failed is not None
    assert made.failed.advice[0].startswith("Look at TWS: answer its question")


async def test_a_web_server_is_not_tws() -> None:
    async with serving(web) as port:
        step, text = failure(await probed(target(port)))
    assert (step, text) == (Step.HANDSHAKE, f"What listens at 127.0.0.1:{port} is not TWS.")


async def test_a_connection_that_is_closed_at_once_is_reported() -> None:
    async def closed(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with serving(closed) as port:
        step, text = failure(await probed(target(port)))
    assert step is Step.HANDSHAKE
    assert "closed the connection before it was established" in text


async def test_a_client_id_in_use_is_passed_over() -> None:
    async with simulated() as (tws, broker):
        await broker.snapshot(None)
        made = await probed(target(tws.port))
    assert made.passed
    assert made.steps[2].text == "Client id 17 is in use, so 18 is used instead."


async def test_five_client_ids_in_use_are_reported() -> None:
    async with simulated() as (tws, broker):
        others = [TwsBroker(Endpoint(tws.host, tws.port, 18, 5.0)) for _ in range(4)]
        for one in (broker, *others):
            await one.snapshot(None)
        made = await probed(target(tws.port))
        for other in others:
            await other.close()
    assert failure(made) == (Step.CLIENT_ID, "The client ids 17 to 21 are all in use at TWS.")


async def test_a_tws_that_is_too_old_is_reported() -> None:
    async with serving(greeting(version="140")) as port:
        step, text = failure(await probed(target(port)))
    assert step is Step.HANDSHAKE
    assert "versions before 972 are too old" in text


async def test_a_login_without_accounts_is_reported() -> None:
    async with serving(greeting(("15", "1", ""))) as port:
        made = await probed(target(port))
    step, text = failure(made)
    assert step is Step.ACCOUNTS
    assert text.startswith("TWS answers, but names no account.")


async def test_a_tws_that_never_names_its_accounts_is_reported() -> None:
    async with serving(greeting(("9", "1", "1"))) as port:
        made = await probed(target(port, timeout_s=SHORT_S))
    assert failure(made) == (Step.ACCOUNTS, "TWS named no account within 0.2 s.")


async def test_half_a_message_is_reported() -> None:
    async with serving(greeting(("15",))) as port:
        made = await probed(target(port))
    assert failure(made)[0] is Step.ACCOUNTS


async def test_positions_that_do_not_end_are_reported() -> None:
    async with simulated(positions_end_after=3) as (tws, _):
        made = await probed(target(tws.port, timeout_s=SHORT_S))
    step, text = failure(made)
    assert step is Step.READING
    assert text.startswith("TWS did not finish sending the positions within 0.2 s.")


async def test_a_login_that_may_not_read_is_reported() -> None:
    refusal = (321, "Error validating request: no permission for the account")
    async with simulated(error_on_positions=refusal) as (tws, _):
        step, text = failure(await probed(target(tws.port)))
    assert step is Step.READING
    assert "not allowed to read the positions" in text


async def test_a_lost_link_to_ibkr_is_reported() -> None:
    async with simulated(lost_connectivity=True) as (tws, _):
        step, text = failure(await probed(target(tws.port)))
    assert step is Step.READING
    assert "lost its own connection to IBKR" in text


async def test_a_drop_while_reading_is_reported() -> None:
    async with simulated(drop_after_rows=2) as (tws, _):
        step, text = failure(await probed(target(tws.port)))
    assert step is Step.READING
    assert text.startswith("TWS closed the connection while sending the positions.")


async def test_a_cancelled_test_closes_the_connection() -> None:
    async with simulated(silent_positions=True) as (tws, _):
        reading = asyncio.Event()

        def look(made: ConnectionTest) -> None:
            if made.steps[-1].outcome is Outcome.RUNNING:
                reading.set()

        task = asyncio.create_task(probe(target(tws.port), look))
        await reading.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        while tws.sessions:  # noqa: ASYNC110
            await asyncio.sleep(0)


async def test_client_id_0_is_never_used() -> None:
    with pytest.raises(ValueError, match="client id 0"):
        await probed(target(7497, client_id=0))


async def test_the_search_finds_the_ports_that_listen() -> None:
    async with simulated() as (tws, _):
        found = await search(tws.host, (tws.port, free_port()))
    assert DiscoveredEndpoint(tws.host, tws.port) in found
    assert all(one.port in (tws.port, 7496, 7497, 4001, 4002) for one in found)
