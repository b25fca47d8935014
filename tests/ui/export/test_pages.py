"""What the tabs offer for an export, and that their layouts are kept."""

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from app.export.sheet import Kind
from app.export.writing import Format
from app.ui.closed import controller as closed_controller
from app.ui.export.controller import ExportController
from app.ui.history import controller as history_controller
from app.ui.table.model.exporting import table_content
from tests.store.trading import MSFT, fill, held, snapshot
from tests.ui.conftest import Desk, PastDesk, delete, until
from tests.ui.fakes import book

SOLD = snapshot(2, held(quantity="60"), fills=[fill("1.01", "-40", minute=2)])
GONE = snapshot(3, fills=[fill("2.01", "-60", minute=3)])


async def test_closed_positions_are_exported_beyond_what_was_read(
    past: PastDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closed_controller, "PAGE", 1)
    await past.take(snapshot(1, held(), held(MSFT)), SOLD, GONE)
    page = await past.open_closed()
    source = page.export_source()
    assert source.read_all is not None
    lines = await source.read_all(False)
    assert sorted(line.row.instrument.symbol for line in lines) == ["AAPL", "MSFT"]
    sheet = table_content(source.model, is_everything=False, values=lines).sheet(lambda _: None)
    assert len(sheet.rows) == 2
    assert {heading.key: heading.kind for heading in sheet.headings}["realized"] is Kind.MONEY
    past.window.search_field.setText("msft")
    await past.answered()
    assert len(await source.read_all(False)) == 1
    assert len(await source.read_all(True)) == 2


async def closed_files(past: PastDesk, folder: Path, *, is_everything: bool) -> list[Path]:
    """Of each format."""
    await past.take(snapshot(1, held(), held(MSFT)), SOLD, GONE)
    page = await past.open_closed()
    export = ExportController(past.window)
    paths = [folder / f"closed.{each.value}" for each in Format]
    for path, wanted in zip(paths, Format, strict=True):
        export.write(page.export_source(), path, wanted, is_everything=is_everything)
        await until(lambda: not export.is_writing)
    return paths


@pytest.mark.parametrize("is_everything", [False, True])
async def test_closed_positions_are_exported_with_their_partial_closes(
    is_everything: bool, past: PastDesk, tmp_path: Path
) -> None:
    excel, text, document = await closed_files(past, tmp_path, is_everything=is_everything)
    positions, closes = (
        list(openpyxl.load_workbook(excel)[name].iter_rows(values_only=True))
        for name in ("Closed", "Closes")
    )
    titles = [title for title in closes[0] if title != "Kind"]
    assert titles == list(positions[0])
    quantity = closes[0].index("Quantity")
    seen = [(row[0], row[1], row[quantity]) for row in closes[1:]]
    assert sorted(seen) == [
        *(("AAPL", "Final close", 60), ("AAPL", "Partial close", 40), ("MSFT", "Final close", 100)),
    ]
    lines = list(csv.DictReader(text.read_text(encoding="utf-8").splitlines()))
    assert [(line["Symbol"], line["Kind"], int(line["Quantity"])) for line in lines] == seen
    assert all(line["Closed"] != "open" for line in lines)
    rows = json.loads(document.read_bytes())
    nested = [
        (close["symbol"], close["kind"], int(close["quantity"]))
        for row in rows
        for close in row["closes"]
    ]
    assert nested == seen
    for row in rows:
        assert sum(int(close["quantity"]) for close in row["closes"]) == int(row["quantity"])


async def test_a_close_of_what_is_still_held_has_its_own_time(
    past: PastDesk, tmp_path: Path
) -> None:
    await past.take(snapshot(1, held()), SOLD)
    page = await past.open_closed()
    export = ExportController(past.window)
    said: list[str] = []
    export.finished.connect(said.append)
    path = tmp_path / "closed.json"
    export.write(page.export_source(), path, Format.JSON, is_everything=False)
    await until(lambda: bool(said))
    (row,) = json.loads(path.read_bytes())
    assert row["closed"] == "open"
    (close,) = row["closes"]
    assert (close["kind"], close["closed"]) == ("Partial close", "2026-11-20T09:02:00.000Z")
    assert said == ["Exported 1 row to closed.json."]


async def test_the_dialog_says_how_the_file_has_the_closes(past: PastDesk) -> None:
    await past.take(snapshot(1, held()), SOLD)
    page = await past.open_closed()
    dialog = ExportController(past.window).ask(page.export_source())
    assert dialog is not None
    assert "second sheet" in dialog.note.text()
    dialog.formats[Format.CSV].click()
    assert "a row of its own" in dialog.note.text()
    dialog.formats[Format.JSON].click()
    assert "list of its closes" in dialog.note.text()
    dialog.reject()
    other = ExportController(past.window).ask(past.window.positions.export_source())
    assert other is not None
    assert other.note.isHidden()
    other.reject()


async def test_all_runs_are_exported_whatever_was_read(
    past: PastDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_controller, "PAGE", 2)
    await past.take(*(snapshot(n, held(quantity=f"{n}00")) for n in range(1, 6)))
    page = await past.open_history()
    source = page.export_source()
    assert source.read_all is not None
    assert [run.id for run in await source.read_all(True)] == [5, 4, 3, 2, 1]


async def test_layouts_of_closed_and_history_survive_a_restart(
    desk: Desk, settings: QSettings, qapp: QApplication
) -> None:
    closed, runs = desk.window.closed_page, desk.window.history.page
    closed.set_layout(closed.model.layout.with_column("account", is_shown=False))
    wanted = runs.model.layout.with_column("trigger", is_shown=False)
    runs.table.layout_wanted.emit(wanted)
    desk.window.close()
    again = Desk(settings, book())
    assert "account" not in again.window.closed_page.model.layout.keys
    assert again.window.history.page.model.layout == wanted
    again.window.close()
    delete(again.window, qapp)


async def test_the_view_menu_offers_the_columns_of_the_visible_tab(past: PastDesk) -> None:
    await past.take(snapshot(1, held(), held(MSFT)), SOLD, GONE)
    window = past.window
    menus = [action.menu() for action in window.menuBar().actions()]
    view = next(menu for menu in menus if menu.title() == "&View")
    columns = view.actions()[-1]
    assert columns.menu() is window.positions.column_menu
    closed = await past.open_closed()
    assert columns.menu() is closed.column_menu
    runs = await past.open_history()
    assert columns.menu() is runs.column_menu
    columns.menu().aboutToShow.emit()
    next(act for act in columns.menu().actions() if act.text() == "Started by").trigger()
    assert "trigger" not in runs.model.layout.keys
