"""The dialog that connects to TWS, over a real socket to the simulated one and its faults."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from app.broker.diagnosis import connection_test as prober
from app.broker.simulator.server.server import SimulatedTws
from app.domain.connection.profile import Connection
from app.domain.connection.test_result import ConnectionTest, DiscoveredEndpoint, Step
from app.settings.model import Settings
from app.ui.connect.controller import (
    BUG_TEXT,
    SEARCH_BUG_TEXT,
    ConnectController,
    ConnectionProber,
    slow_text,
)
from app.ui.connect.dialog import ConnectDialog
from app.ui.connect.discovered_list import NOTHING
from tests.broker.diagnosis.test_connection_test import free_port
from tests.broker.simulated import simulated
from tests.ui.conftest import delete, until


class Desk:
    """The dialog, and what it asked for."""

    def __init__(self, settings: Settings, made_by: ConnectionProber = prober) -> None:
        self.controller = ConnectController(made_by)
        self.dialog = ConnectDialog(self.controller, settings)
        self.chosen: list[Connection] = []
        self.demos: list[None] = []
        self.ended: list[ConnectionTest] = []
        self.dialog.connection_chosen.connect(self.chosen.append)
        self.dialog.demo_wanted.connect(lambda: self.demos.append(None))
        self.controller.ended.connect(self.ended.append)

    async def tested(self) -> None:
        """The next test ends."""
        before = len(self.ended)
        await until(lambda: len(self.ended) > before)

    def text(self, step: Step) -> str:
        return self.dialog.steps.texts[step].text()

    def go_to(self, port: int | str) -> None:
        """Types another port."""
        self.dialog.form.port.setText(str(port))
        self.dialog.form.port.textEdited.emit(str(port))


@asynccontextmanager
async def opened(
    settings: Settings | None = None, **faults: object
) -> AsyncIterator[tuple[Desk, SimulatedTws]]:
    async with simulated(**faults) as (tws, _):
        made = replace(settings or Settings(), port=tws.port, timeout=0.3 if faults else 5.0)
        connections = tuple(
            replace(one, port=tws.port) if one.name == made.connection else one
            for one in made.connections
        )
        desk = Desk(replace(made, connections=connections))
        desk.dialog.begin()
        try:
            yield desk, tws
        finally:
            await desk.controller.shutdown()
            application = QApplication.instance()
            assert isinstance(application, QApplication)
            if isValid(desk.dialog):
                delete(desk.dialog, application)
            delete(desk.controller, application)


async def test_an_endpoint_is_found_tested_and_used() -> None:
    async with opened() as (desk, tws):
        dialog = desk.dialog
        assert dialog.form.found.lines() == ["Searching…"]
        assert not dialog.use.isEnabled()
        await desk.tested()
        assert f"127.0.0.1:{tws.port}   —   unknown program" in dialog.form.found.lines()
        assert desk.text(Step.CLIENT_ID) == "Client id 17 is free."
        assert desk.text(Step.ACCOUNTS) == "DU1234567, DU7654321"
        assert dialog.badge.text() == "PAPER"
        assert dialog.steps.box.isHidden()
        dialog.use.click()
        assert desk.chosen == [
            Connection("default", port=tws.port, timeout=5.0, accounts=("DU1234567", "DU7654321"))
        ]
        assert not dialog.isVisible()


async def test_a_refused_port_shows_what_to_tick() -> None:
    async with opened() as (desk, _):
        await desk.tested()
        port = free_port()
        desk.go_to(port)
        assert desk.text(Step.ACCOUNTS) == ""
        assert not desk.dialog.use.isEnabled()
        desk.dialog.form.test.click()
        await desk.tested()
        assert desk.text(Step.PORT) == f"Nothing listens at 127.0.0.1:{port}."
        assert "Tick “Enable ActiveX and Socket Clients”." in desk.dialog.steps.advice.text()
        assert not desk.dialog.steps.box.isHidden()
        assert not desk.dialog.use.isEnabled()


async def test_a_silent_handshake_sends_the_user_to_tws() -> None:
    async with opened(silent_handshake=True) as (desk, _):
        await desk.tested()
        assert desk.text(Step.PORT).startswith("Something listens at")
        assert desk.text(Step.HANDSHAKE) == "It did not answer as TWS within 0.3 s."
        assert "answer its question" in desk.dialog.steps.advice.text()


async def test_a_connection_whose_positions_never_end_cannot_be_used() -> None:
    async with opened(positions_end_after=2) as (desk, _):
        await desk.tested()
        assert "did not finish sending the positions" in desk.text(Step.READING)
        assert not desk.dialog.use.isEnabled()


async def test_a_client_id_in_use_is_reported_and_another_one_used() -> None:
    async with simulated() as (tws, broker):
        await broker.snapshot(None)
        desk = Desk(Settings(port=tws.port, connections=(Connection(port=tws.port),)))
        desk.dialog.begin()
        await desk.tested()
        assert desk.text(Step.CLIENT_ID) == "Client id 17 is in use, so 18 is used instead."
        assert desk.dialog.use.isEnabled()
        desk.dialog.use.click()
        assert desk.chosen[0].client_id == 17
        await desk.controller.shutdown()


async def test_another_name_saves_another_connection() -> None:
    async with opened() as (desk, _):
        await desk.tested()
        desk.dialog.form.name.setCurrentText("my paper")
        assert desk.dialog.form.reason.text() == ("Use letters, digits, - and _ only, as in paper.")
        assert not desk.dialog.use.isEnabled()
        desk.dialog.form.name.setCurrentText("paper")
        assert desk.dialog.use.isEnabled()
        desk.dialog.use.click()
        assert desk.chosen[0].name == "paper"


async def test_the_configured_account_is_kept_if_tws_still_has_it() -> None:
    known = Connection(account="DU7654321")
    async with opened(Settings(account="DU7654321", connections=(known,))) as (desk, _):
        await desk.tested()
        desk.dialog.use.click()
        assert desk.chosen[0].account == "DU7654321"


async def test_an_impossible_port_cannot_be_tested() -> None:
    async with opened() as (desk, _):
        await desk.tested()
        desk.go_to("70000")
        assert desk.dialog.form.reason.text() == "Port: A whole number from 1 to 65535."
        assert not desk.dialog.form.test.isEnabled()


async def test_another_test_waits_for_the_end_of_the_one_before() -> None:
    """It would find its own client id in use."""
    async with opened(silent_positions=True) as (desk, tws):
        await until(lambda: tws.sessions == (17,))
        desk.dialog.form.test.click()
        await desk.tested()
        assert desk.text(Step.CLIENT_ID) == "Client id 17 is free."
        assert len(desk.ended) == 1


async def test_closing_the_dialog_ends_the_test_and_its_connection() -> None:
    async with opened(silent_positions=True) as (desk, tws):
        await until(lambda: tws.sessions == (17,))
        desk.dialog.reject()
        await until(lambda: tws.sessions == ())
        assert desk.ended == []


async def test_the_demo_is_one_click_away() -> None:
    async with opened() as (desk, _):
        desk.dialog.demo.click()
        assert desk.demos == [None]


class Nowhere:
    """A computer on which nothing listens, and a test with a bug."""

    async def search(self, *_: object) -> tuple[DiscoveredEndpoint, ...]:
        return ()

    async def probe(self, *_: object) -> ConnectionTest:
        raise RuntimeError("a bug")


async def test_a_search_without_a_result_says_so_and_so_does_one_with_a_bug(
    qapp: QApplication, expected_warnings: list[str]
) -> None:
    expected_warnings.append("failed by a bug")
    desk = Desk(Settings(), Nowhere())
    desk.dialog.begin()
    await until(lambda: desk.dialog.form.found.lines() != ["Searching…"])
    assert desk.dialog.form.found.lines() == [NOTHING]
    assert desk.text(Step.PORT) == ""
    desk.dialog.form.test.click()
    await until(lambda: bool(desk.dialog.form.reason.text()))
    assert desk.dialog.form.reason.text() == BUG_TEXT
    await desk.controller.shutdown()
    delete(desk.dialog, qapp)


async def test_a_test_that_outlives_the_window_emits_nothing() -> None:
    async with opened(silent_positions=True) as (desk, tws):
        await until(lambda: tws.sessions == (17,))
        await desk.controller.shutdown()
        await asyncio.sleep(0)
        assert desk.ended == []


class Searching:
    """A search that fails by a bug, or never ends."""

    def __init__(self, error: Exception | None) -> None:
        self._error = error

    async def search(self, *_: object) -> tuple[DiscoveredEndpoint, ...]:
        if self._error is not None:
            raise self._error
        await asyncio.Event().wait()
        return ()

    async def probe(self, *_: object) -> ConnectionTest:
        raise AssertionError("nothing is tested")


@pytest.mark.parametrize(
    ("error", "reason"),
    [(ValueError("host"), SEARCH_BUG_TEXT), (None, slow_text("127.0.0.1"))],
    ids=["a bug", "no end"],
)
async def test_a_search_always_ends_however_it_fails(
    error: Exception | None, reason: str, qapp: QApplication, expected_warnings: list[str]
) -> None:
    expected_warnings.append("the search for TWS failed by a bug")
    controller = ConnectController(cast(ConnectionProber, Searching(error)), search_s=0.01)
    dialog = ConnectDialog(controller, Settings())
    dialog.begin()
    assert dialog.form.found.lines() == ["Searching…"]
    assert (dialog.form.search_button.isEnabled(), dialog.form.search_button.toolTip()) == (
        False,
        "A search is under way",
    )
    await until(lambda: dialog.form.found.lines() == [NOTHING])
    await until(dialog.form.reason.isVisible)
    assert dialog.form.reason.text() == reason
    assert dialog.form.search_button.isEnabled()
    await controller.shutdown()
    delete(dialog, qapp)
    delete(controller, qapp)
