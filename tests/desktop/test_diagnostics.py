"""The text for a bug report has what helps, and no account number."""

import logging
from dataclasses import replace

from app.desktop.diagnostics import diagnostics
from app.domain.desktop.app_state import ConnectionState, LinkStatus, SyncState
from app.domain.fetching.queries import FlexQuery
from app.platform.logs import LogLine
from app.settings.model import Settings
from tests.ui.fakes import book, position


def test_it_has_versions_settings_connection_and_log_but_no_account_numbers() -> None:
    state = SyncState(
        connection=ConnectionState(
            LinkStatus.CONNECTED, "127.0.0.1", 7497, accounts=("DU1234567",)
        ),
        stored=replace(book(position("AAPL")), accounts=("DU1234567", "ACME-77")),
        error="TWS is away from ACME-77.",
    )
    lines = [LogLine(logging.INFO, f"line {number} of DU1234567") for number in range(100)]
    text = diagnostics(Settings(account="DU1234567"), state, lines)
    assert "ib_insync 0.9.86" in text
    assert "port = 7497" in text
    assert "link: connected" in text
    assert "7 syncs, 1 failed" in text
    assert "The last error: TWS was away." in text
    assert "TWS is away from A…77." in text
    assert "line 99 of DU…67" in text
    assert "line 59 " not in text
    assert "1234567" not in text
    assert "AAPL" not in text


def test_flex_queries_are_there_by_kind_only() -> None:
    settings = Settings(flex_queries=(FlexQuery("of-my-wife", "471147"),))
    text = diagnostics(settings, SyncState(), [])
    assert "flex_queries: activity\n" in text
    assert "of-my-wife" not in text
    assert "471147" not in text
