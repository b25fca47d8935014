"""Export of a table from the window: what is asked, what is written, what is said."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QEvent, QLocale
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

from app.domain.model.positions import Position
from app.export.writing import Format
from app.ui.export.controller import ExportController
from app.ui.export.source import ExportSource
from app.ui.main_window.actions import Actions
from app.ui.main_window.tabs import MainTabs
from app.ui.positions.context import PositionsContext
from app.ui.positions.page import PositionsPage
from app.ui.positions.spec import SPEC
from app.ui.positions.table import PositionsModel, PositionsTable
from app.ui.style.formatting import Formats
from app.ui.table.core.layout import ColumnPlace, Filter, SortKey, TableLayout
from tests.ui.fakes import position

LAYOUT = TableLayout(
    (ColumnPlace("symbol"), ColumnPlace("quantity")),
    (SortKey("symbol", is_descending=True),),
    (Filter("side", "long"),),
)


class ExportDesk:
    """A window with a table of positions and an export."""

    def __init__(self, held: Sequence[Position]) -> None:
        self.window = QWidget()
        self.window.show()
        self.model = PositionsModel(SPEC, PositionsContext(Formats(QLocale("en_US"))))
        self.model.show(held)
        self.export = ExportController(self.window)
        self.said: list[str] = []
        self.export.finished.connect(self.said.append)
        self.export.failed.connect(self.said.append)

    async def ended(self) -> None:
        while self.export.is_writing:  # noqa: ASYNC110 - any condition, not one event
            await asyncio.sleep(0)

    def boxes(self) -> list[str]:
        return [box.text() for box in self.window.findChildren(QMessageBox)]


@pytest.fixture
def held() -> list[Position]:
    return [position(name, number=n) for n, name in enumerate(("AAA", "CCC", "BBB"), start=1)]


@pytest.fixture
def desk(qapp: QApplication, held: list[Position]) -> Iterator[ExportDesk]:
    made = ExportDesk(held)
    yield made
    made.window.deleteLater()
    qapp.sendPostedEvents(made.window, QEvent.Type.DeferredDelete.value)


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path)["Positions"].iter_rows(values_only=True))


async def test_what_is_shown_is_written_from_the_dialogs_to_the_file(
    desk: ExportDesk, tmp_path: Path
) -> None:
    desk.model.set_layout(LAYOUT)
    dialog = desk.export.ask(ExportSource(desk.model))
    assert dialog is not None
    assert dialog.shown.isChecked()
    dialog.go_on.click()
    (files,) = dialog.findChildren(QFileDialog)
    assert files.selectedFiles()[0].endswith("positions.xlsx")
    files.fileSelected.emit(str(tmp_path / "p.xlsx"))
    await desk.ended()
    assert [row[0] for row in rows_of(tmp_path / "p.xlsx")] == ["Symbol", "CCC", "BBB", "AAA"]
    assert desk.said == ["Exported 3 rows to p.xlsx."]
    assert desk.export.progress is None


@pytest.mark.parametrize("wanted", list(Format))
async def test_the_suffix_that_is_typed_decides(
    wanted: Format, desk: ExportDesk, tmp_path: Path
) -> None:
    dialog = desk.export.ask(ExportSource(desk.model))
    assert dialog is not None
    dialog.everything.setChecked(True)
    files = dialog.ask_where()
    path = tmp_path / f"p.{wanted.value.upper()}"
    files.fileSelected.emit(str(path))
    await desk.ended()
    if wanted is Format.EXCEL:
        assert len(rows_of(path)[0]) >= len(SPEC.columns)
    elif wanted is Format.JSON:
        rows = json.loads(path.read_bytes())
        assert [row["symbol"] for row in rows] == ["AAA", "BBB", "CCC"]
        assert set(rows[0]) == {column.key for column in SPEC.columns}
    else:
        assert path.read_text(encoding="utf-8").startswith("Symbol,Quantity,")


async def test_what_cannot_be_written_is_said(desk: ExportDesk, tmp_path: Path) -> None:
    path = tmp_path / "none" / "p.xlsx"
    desk.export.write(ExportSource(desk.model), path, Format.EXCEL, is_everything=False)
    await desk.ended()
    assert "(there is no such folder)" in desk.said[0]
    assert desk.boxes() == desk.said


async def test_a_cancelled_export_leaves_the_old_file(desk: ExportDesk, tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    path.write_text("old", encoding="utf-8")
    desk.export.write(ExportSource(desk.model), path, Format.EXCEL, is_everything=True)
    assert desk.export.progress is not None
    desk.export.progress.canceled.emit()
    await desk.ended()
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
    assert desk.said == []


async def test_the_end_of_the_window_ends_an_export(desk: ExportDesk, tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    desk.export.write(ExportSource(desk.model), path, Format.EXCEL, is_everything=True)
    await desk.export.shutdown()
    assert not desk.export.is_writing
    assert list(tmp_path.iterdir()) == []


async def test_a_second_export_waits_for_its_turn(desk: ExportDesk, tmp_path: Path) -> None:
    source = ExportSource(desk.model)
    desk.export.write(source, tmp_path / "a.csv", Format.CSV, is_everything=True)
    assert desk.export.ask(source) is None
    desk.export.write(source, tmp_path / "b.csv", Format.CSV, is_everything=True)
    await desk.ended()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv"]
    assert [said.startswith("Another export") for said in desk.said] == [True, True, False]


async def test_a_table_read_page_by_page_is_read_to_its_end(
    desk: ExportDesk, held: list[Position], tmp_path: Path
) -> None:
    asked: list[bool] = []

    async def read_all(is_everything: bool) -> list[Position]:
        asked.append(is_everything)
        return [*held, position("DDD", number=4)]

    path = tmp_path / "p.json"
    source = ExportSource(desk.model, read_all)
    desk.export.write(source, path, Format.JSON, is_everything=False)
    await desk.ended()
    found = [row["symbol"] for row in json.loads(path.read_bytes())]
    assert (found, asked) == (["AAA", "CCC", "BBB", "DDD"], [False])


async def test_a_bug_is_logged_and_said(
    desk: ExportDesk, tmp_path: Path, expected_warnings: list[str]
) -> None:
    expected_warnings.append("a bug ended the export")

    async def broken(_is_everything: bool) -> list[Position]:
        raise ValueError

    source = ExportSource(desk.model, broken)
    desk.export.write(source, tmp_path / "p.csv", Format.CSV, is_everything=True)
    await desk.ended()
    assert desk.said[0].startswith("The export failed:")


def test_the_tables_menu_offers_it(desk: ExportDesk) -> None:
    table = PositionsTable(desk.model)
    wanted: list[bool] = []
    table.export_wanted.connect(lambda: wanted.append(True))
    menu = table.menu_at(table.rect().center())
    (action,) = [action for action in menu.actions() if "xport" in action.text()]
    action.trigger()
    assert wanted == [True]
    menu.close()
    table.deleteLater()


async def test_the_tab_in_sight_says_what_there_is_to_export(qapp: QApplication) -> None:
    tabs = MainTabs()
    for title in ("Positions", "History"):
        tabs.reserve(title)
    page = PositionsPage(Formats(QLocale("en_US")))
    tabs.add(page, "Positions")
    source = tabs.export_source()
    assert source is not None
    assert source.model is page.model
    tabs.setCurrentIndex(1)
    assert tabs.export_source() is None
    tabs.deleteLater()
    qapp.sendPostedEvents(tabs, QEvent.Type.DeferredDelete.value)


def test_the_file_menu_has_it_with_a_key_of_its_own(desk: ExportDesk) -> None:
    actions = Actions(desk.window)
    keys = [
        key.toString() for action in actions.findChildren(QAction) for key in action.shortcuts()
    ]
    assert actions.export.shortcut().toString() == "Ctrl+Shift+E"
    assert keys.count("Ctrl+Shift+E") == 1
