"""Foreign text is shown as it is: no widget takes a symbol, an account or an error for HTML."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QAbstractTableModel,
    QModelIndex,
    Qt,
)
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QMessageBox, QWidget

from app.domain.connection.profile import Connection
from app.domain.connection.test_result import (
    ConnectionTest,
    ConnectionTestStep,
    Outcome,
    Step,
    Target,
)
from app.domain.explain.model import AllocatedFill, ExplainedRow, Explanation
from app.domain.model.instruments import Instrument
from app.domain.model.runs import Run, RunStatus, Trigger
from app.domain.portfolio.balance_check import BalanceCheck
from app.settings.model import Settings
from app.ui.connect.dialog import ConnectDialog
from app.ui.explain.popover import ExplainPopover
from app.ui.explain.texts import copied
from app.ui.notifications.tray_icon import TrayIcon
from app.ui.positions.context import PositionsContext
from app.ui.positions.spec import SPEC
from app.ui.sync.preview_dialog import PreviewDialog
from app.ui.sync.sync_actions import undo_box
from app.ui.table.core.layout import ColumnPlace, TableLayout
from app.ui.table.model.copying import copy_lines
from app.ui.table.model.table_model import TableModel
from app.ui.widgets.plain_text import RichLabel, plain_box, plain_tooltip, unmarked
from tests.store.trading import fill, held, snapshot
from tests.ui.conftest import Desk, PastDesk, delete
from tests.ui.fakes import NOW, book, position, report
from tests.ui.settings.test_dialog import Desk as SettingsDesk
from tests.ui.sync.test_controller import previewed

EVIL = '<img src="file:///nowhere/secret.png">'
ROOT = Path(__file__).parents[3] / "app"
STORED = Instrument(
    *(9, EVIL, "STK", f"<b>{EVIL}"), exchange=EVIL, local_symbol=f"local {EVIL}", trading_class=EVIL
)
TOOLTIP = Qt.ItemDataRole.ToolTipRole


def indexes(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[QModelIndex]:
    for row in range(model.rowCount(parent)):
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
        for column in range(columns):
            yield model.index(row, column, parent)
        if not isinstance(model, QAbstractListModel | QAbstractTableModel):
            yield from indexes(model, model.index(row, 0, parent))


def tooltips(root: QWidget) -> Iterator[str]:
    """Of the widget, of all within it, and of the cells of its tables; hidden ones too."""
    for widget in (root, *root.findChildren(QWidget)):
        yield widget.toolTip()
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            for index in indexes(model, QModelIndex()):
                yield str(model.data(index, TOOLTIP) or "")


def labels(root: QWidget) -> list[QLabel]:
    return [*([root] if isinstance(root, QLabel) else []), *root.findChildren(QLabel)]


def expect_plain(root: QWidget) -> None:
    """Nothing within the widget takes a foreign text for markup, nor could any label."""
    for label in labels(root):
        if label.textFormat() is Qt.TextFormat.RichText:
            assert isinstance(label, RichLabel)
            assert "<img" not in label.text()
        elif label.text():
            assert label.textFormat() is Qt.TextFormat.PlainText, label.text()
    for tip in tooltips(root):
        assert "<img" not in tip
        assert "<b><" not in tip


def seen(root: QWidget) -> bool:
    """Whether the evil text stands somewhere: or the test would prove nothing."""
    texts = [label.text() for label in labels(root)]
    texts += [QTextDocument_text(tip) for tip in tooltips(root)]
    return any(EVIL in text for text in texts)


def QTextDocument_text(html: str) -> str:
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText()


@pytest.mark.parametrize("name", ["QLabel", "QMessageBox", "QTextBrowser", "QTextEdit", "QToolTip"])
def test_texts_are_shown_only_through_plain_text(name: str) -> None:
    """A label or box that is made elsewhere would guess what its text is."""
    for file in [*ROOT.glob("ui/**/*.py"), *ROOT.glob("desktop/*.py")]:
        if file.name == "plain_text.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            made = node.func if isinstance(node, ast.Call) else None
            bases = node.bases if isinstance(node, ast.ClassDef) else []
            used = [each.id for each in (made, *bases) if isinstance(each, ast.Name)]
            assert name not in used, f"{file.name} makes a {name}"


@settings(deadline=None)
@given(st.text(st.sampled_from("<>&;\"'=/ ab\nltimgsrc!?")))
def test_a_tooltip_shows_the_text_itself(text: str) -> None:
    tip = plain_tooltip(text)
    if tip != text:
        assert QTextDocument_text(tip).strip("\n") == text.strip("\n")
    else:
        assert "<" not in text


async def test_the_window_shows_foreign_text_as_it_is(past: PastDesk) -> None:
    sold = fill(EVIL, "-40", minute=2, instrument=STORED, account=EVIL)
    await past.take(
        snapshot(1, held(STORED, account=EVIL), accounts=(EVIL,)),
        snapshot(3, held(STORED, "60", account=EVIL), accounts=(EVIL,), fills=[sold]),
    )
    failed = Run(Trigger.CLI, EVIL, NOW, 0.1, RunStatus.ERROR, error=f"TWS says {EVIL}.", note=EVIL)
    await past.kept.record(failed)
    await past.load()
    window = past.window
    assert seen(window.positions)
    expect_plain(window)
    page = await past.open_history()
    page.table.selectRow(0)
    await past.answered()
    assert seen(page)
    expect_plain(window)
    assert seen(await past.open_closed())
    expect_plain(window)


async def test_bars_panels_and_the_tray_show_foreign_text_as_it_is(
    desk: Desk, qapp: QApplication
) -> None:
    tray = TrayIcon(desk.window.window_actions, desk.window.formats, is_there=lambda: True)
    desk.controller.state_changed.connect(tray.render_state)
    line = BalanceCheck(
        EVIL,
        EVIL,
        EVIL,
        position("A").quantity,
        position("B", "9").quantity,
        position("C", "0").quantity,
        EVIL,
    )
    content = book(position(EVIL, account=EVIL))
    content = replace(
        content,
        accounts=(EVIL, "DU2"),
        balance_checks=(line,),
        statistics=replace(
            content.statistics,
            last_error=EVIL,
            last_run=Run(Trigger.MANUAL, EVIL, NOW, 0.1, RunStatus.ERROR, error=EVIL, note=EVIL),
        ),
    )
    await desk.load(content)
    await desk.sync_to(content, report(status=RunStatus.ERROR, error=f"TWS says {EVIL}."))
    desk.broker.lose(failure=EVIL)
    assert EVIL in desk.window.positions.error_bar.text()
    assert seen(desk.window.status)
    expect_plain(desk.window)
    assert "<" not in tray.icon.toolTip()
    notices: list[tuple[str, str]] = []
    tray.notified.connect(lambda *notice: notices.append(notice))
    tray.notify(EVIL, EVIL)
    assert notices == [(EVIL, EVIL)]
    assert unmarked(EVIL) == '‹img src="file:///nowhere/secret.png"›'
    tray.end()
    delete(tray, qapp)


def test_dialogs_show_foreign_text_as_it_is(desk: Desk, qapp: QApplication) -> None:
    window, formats = desk.window, desk.window.formats
    run = Run(Trigger.FLEX, EVIL, NOW, 0.1, RunStatus.SUCCESS, note=EVIL, id=1)
    used = AllocatedFill(EVIL, position("A").quantity, None)
    explanation = Explanation(
        EVIL, EVIL, EVIL, (EVIL,), (ExplainedRow((EVIL,), (EVIL,)),), note=EVIL, fills=(used,)
    )
    dialogs: list[QWidget] = [
        undo_box(run, formats, window),
        plain_box(QMessageBox.Icon.Warning, "Settings", EVIL, window, EVIL),
        ExplainPopover(explanation, formats, window),
        PreviewDialog(previewed(), formats, window),
    ]
    for dialog in dialogs:
        dialog.show()
        assert seen(dialog) or isinstance(dialog, PreviewDialog)
        expect_plain(dialog)
        dialog.hide()
        delete(dialog, qapp)


def test_a_connection_test_shows_foreign_text_as_it_is(qapp: QApplication) -> None:
    made = SettingsDesk(Settings(connections=(Connection(), Connection(EVIL, accounts=(EVIL,)))))
    dialog = ConnectDialog(made.controller, Settings(host=EVIL))
    failed = ConnectionTestStep(Step.PORT, Outcome.FAILED, EVIL, (EVIL,))
    dialog.steps.show_test(ConnectionTest(Target(EVIL, 1, 1, 1.0)).with_step(failed))
    assert "&lt;img" in dialog.steps.advice.text()
    for shown in (dialog, made.dialog):
        expect_plain(shown)
        delete(shown, qapp)


def test_a_clipboard_cell_is_one_cell_and_no_formula(desk: Desk) -> None:
    formats = desk.window.formats
    model = TableModel(SPEC, PositionsContext(formats))
    shown = (ColumnPlace(key) for key in ("symbol", "quantity", "account"))
    model.set_layout(TableLayout(tuple(shown)))
    model.show([position("=A\tB\r\nC\x1b")])
    copy_lines(model, [0])
    title, row, end = QApplication.clipboard().text().split("\n")
    assert (title.count("\t"), end) == (2, "")
    assert row.split("\t") == ["'=A␉B␍␊C␛", "10", "DU1"]
    used = AllocatedFill("x\ty\nz", position("A").quantity, None)
    lines = copied(Explanation("T", "a\tb\nc", note="n\tm", fills=(used,)), formats).split("\n")
    assert lines[:3] == ["T", "a␉b␊c", "n␉m"]
    assert lines[4].startswith("x␉y␊z\t")
