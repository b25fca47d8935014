"""Settings > Statements: queries, tokens, the test of a query, the guide, and the fetches."""

from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from app.domain.fetching.boxes import guide_text
from app.domain.fetching.queries import FlexQuery, FlexToken, QueryKind
from app.domain.text.redaction import Secret
from app.platform.credentials import FLEX_VARIABLE, flex_secret_name
from app.settings.model import STATEMENTS, Settings
from app.ui.connect.controller import ConnectController
from app.ui.settings.dialog import BUTTON, SettingsDialog
from app.ui.statements.dialogs.guide_dialog import GuideDialog
from app.ui.statements.dialogs.history_dialog import FetchHistoryDialog
from app.ui.statements.dialogs.query_dialog import TAKEN, QueryDialog
from app.ui.statements.dialogs.token_dialog import TokenDialog
from app.ui.statements.fetch_line import UNSAVED
from app.ui.statements.lists import ShortList
from app.ui.statements.page import DEMO, StatementsPage
from app.ui.widgets.plain_text import PlainLabel
from tests.flex.files import account_statement, document, trade
from tests.flex.web_service.fake_service import TOKEN, error, text
from tests.ui.conftest import delete, until
from tests.ui.settings.test_dialog import FakeProber
from tests.ui.statements.conftest import STATEMENT, TRADES, FetchDesk, answer


def rows(shown: ShortList) -> list[list[str]]:
    items = [shown.topLevelItem(number) for number in range(shown.topLevelItemCount())]
    return [[item.text(column) for column in range(item.columnCount())] for item in items if item]


def opened(parent: QWidget, kind: type[QWidget]) -> QWidget:
    (found,) = (one for one in parent.findChildren(kind) if one.isVisible())
    return found


async def saved_places(page: StatementsPage, place: str) -> None:
    await until(lambda: rows(page.tokens.list)[0][1] == place)


async def test_a_query_is_added_and_saved_with_the_dialog(desk: FetchDesk) -> None:
    await desk.open(flex_queries=())
    page = await desk.open_page()
    assert page.queries.empty.isVisible()
    assert not page.queries.edit.isEnabled()
    page.queries.add.click()
    dialog = opened(page, QueryDialog)
    assert isinstance(dialog, QueryDialog)
    ok = dialog.buttons.button(BUTTON.Ok)
    assert not ok.isEnabled()
    dialog.name.setText("my trades")
    assert dialog.note.text() == "Use letters, digits, - and _ only, as in trades."
    dialog.name.setText("trades")
    dialog.query_id.setText("12x")
    assert not ok.isEnabled()
    dialog.query_id.setText("4711")
    dialog.kind.setCurrentIndex(1)
    ok.click()
    assert rows(page.queries.list) == [["trades", "4711", "Trade Confirmation", "default"]]
    assert not page.fetches.now.isEnabled()
    assert desk.dialog is not None
    desk.dialog.buttons.button(BUTTON.Apply).click()
    made = FlexQuery("trades", "4711", QueryKind.CONFIRMATIONS)
    assert desk.kept[-1].flex_queries == (made,)
    assert page.fetches.now.isEnabled()


async def test_a_query_is_edited_switched_off_and_removed(desk: FetchDesk) -> None:
    other = FlexQuery("other", "99")
    await desk.open(flex_queries=(TRADES, other))
    page = await desk.open_page()
    QTest.keyClick(page.queries.list, Qt.Key.Key_Space)
    assert [query.enabled for query in page.queries.queries] == [False, True]
    assert page.fetches.now.toolTip() == UNSAVED
    page.queries.edit.click()
    dialog = opened(page, QueryDialog)
    assert isinstance(dialog, QueryDialog)
    dialog.name.setText("other")
    assert dialog.note.text() == TAKEN
    dialog.name.setText("all")
    assert "fetched like a new query" in dialog.note.text()
    dialog.buttons.button(BUTTON.Ok).click()
    assert page.queries.queries == (FlexQuery("all", "4711", enabled=False), other)
    QTest.keyClick(page.queries.list, Qt.Key.Key_Delete)
    assert page.queries.queries == (other,)
    assert desk.kept == []


async def test_a_token_is_saved_at_once_and_the_page_says_where(desk: FetchDesk) -> None:
    await desk.open(has_token=False)
    page = await desk.open_page()
    await saved_places(page, "Not saved yet")
    page.tokens.change.click()
    dialog = opened(page, TokenDialog)
    assert isinstance(dialog, TokenDialog)
    assert dialog.text.echoMode() is QLineEdit.EchoMode.Password
    assert not dialog.buttons.button(BUTTON.Save).isEnabled()
    dialog.text.setText(f" {TOKEN} ")
    dialog.show_text.click()
    assert dialog.text.echoMode() is QLineEdit.EchoMode.Normal
    dialog.has_last_day.setChecked(True)
    dialog.last_day.setDate(QDate(2026, 12, 1))
    dialog.buttons.button(BUTTON.Save).click()
    await saved_places(page, "A private file")
    assert page.tokens.note.text().startswith("The token was saved.")
    stored = await desk.credentials.read(flex_secret_name("default"))
    assert stored is not None
    assert stored.secret == Secret(TOKEN)
    assert rows(page.tokens.list)[0][2] == "1 Dec 2026, in 7 days"
    assert "expires on 1 Dec 2026" in page.tokens.note.text()
    assert desk.dialog is not None
    desk.dialog.buttons.button(BUTTON.Ok).click()
    assert desk.kept[-1].flex_tokens == (FlexToken("default", date(2026, 12, 1)),)


async def test_what_is_no_token_is_refused(desk: FetchDesk) -> None:
    await desk.open(has_token=False)
    page = await desk.open_page()
    await saved_places(page, "Not saved yet")
    page.tokens.change.click()
    dialog = opened(page, TokenDialog)
    assert isinstance(dialog, TokenDialog)
    dialog.text.setText("žetón")
    dialog.buttons.button(BUTTON.Save).click()
    await until(lambda: "This is not a token" in page.tokens.note.text())
    await saved_places(page, "Not saved yet")


async def test_a_token_is_deleted_only_after_a_question(desk: FetchDesk) -> None:
    await desk.open()
    page = await desk.open_page()
    await saved_places(page, "A private file")
    page.tokens.remove.click()
    answer(page, "Cancel")
    assert await desk.credentials.read(flex_secret_name("default")) is not None
    page.tokens.remove.click()
    answer(page, "Delete")
    await saved_places(page, "Not saved yet")
    assert page.tokens.note.text() == "The token was deleted."
    assert await desk.credentials.read(flex_secret_name("default")) is None
    assert not page.tokens.remove.isEnabled()


async def test_a_token_of_the_environment_is_named(desk: FetchDesk) -> None:
    await desk.open(has_token=False)
    desk.environment[FLEX_VARIABLE] = TOKEN
    page = await desk.open_page()
    await saved_places(page, FLEX_VARIABLE)
    assert f"{FLEX_VARIABLE} is set" in page.tokens.note.text()
    assert not page.tokens.remove.isEnabled()


async def test_a_second_token_can_be_used_by_a_query(desk: FetchDesk) -> None:
    await desk.open(has_token=False)
    page = await desk.open_page()
    await saved_places(page, "Not saved yet")
    page.tokens.add.click()
    dialog = opened(page, TokenDialog)
    assert isinstance(dialog, TokenDialog)
    dialog.name.setText("family")
    dialog.text.setText(TOKEN)
    dialog.buttons.button(BUTTON.Save).click()
    await until(lambda: [row[1] for row in rows(page.tokens.list)][1:] == ["A private file"])
    page.queries.edit.click()
    asked = opened(page, QueryDialog)
    assert isinstance(asked, QueryDialog)
    asked.token.setCurrentText("family")
    asked.buttons.button(BUTTON.Ok).click()
    assert page.queries.queries[0].token == "family"
    assert desk.dialog is not None
    desk.dialog.buttons.button(BUTTON.Ok).click()
    assert desk.kept[-1].flex_tokens == (FlexToken("family"),)
    await desk.settled()
    assert await desk.credentials.read(flex_secret_name("family")) is not None


async def test_a_new_token_goes_with_a_dialog_that_is_cancelled(desk: FetchDesk) -> None:
    await desk.open()
    page = await desk.open_page()
    page.tokens.add.click()
    dialog = opened(page, TokenDialog)
    assert isinstance(dialog, TokenDialog)
    dialog.name.setText("family")
    dialog.text.setText(TOKEN)
    dialog.buttons.button(BUTTON.Save).click()
    await until(lambda: [row[1] for row in rows(page.tokens.list)][1:] == ["A private file"])
    assert desk.dialog is not None
    desk.dialog.reject()
    await desk.settled()
    assert await desk.credentials.read(flex_secret_name("family")) is None
    assert await desk.credentials.read(flex_secret_name("default")) is not None


async def test_the_test_names_the_missing_boxes_and_stores_nothing(desk: FetchDesk) -> None:
    await desk.open()
    row = trade().replace(' strike=""', "").replace(' ibExecID="0000e0d5.6aa01234.01.01"', "")
    desk.ibkr.statements(text(document(account_statement(row, account="DU1"))))
    page = await desk.open_page()
    before = await desk.store.runs()
    page.queries.test.click()
    assert page.queries.result.texts() == ("Asking IBKR…",)
    assert not page.queries.test.isEnabled()
    await until(lambda: not page.queries.result.is_testing)
    assert page.queries.result.texts() == (
        "Without these, nothing can be imported: Trades: IB Execution ID.",
        "Without these, some figures stay estimates or unknown: Trades: Strike.",
        "Tick them in IBKR's Client Portal, save the query, and test it again.",
    )
    assert await desk.store.runs() == before
    assert page.queries.test.isEnabled()


async def test_the_test_says_that_all_is_there_or_why_it_cannot(desk: FetchDesk) -> None:
    await desk.open()
    desk.ibkr.statements(text(STATEMENT))
    page = await desk.open_page()
    page.queries.test.click()
    await until(lambda: not page.queries.result.is_testing)
    assert page.queries.result.texts() == ("The query has all boxes.",)
    desk.ibkr.requests(error(1014))
    page.queries.test.click()
    await until(lambda: not page.queries.result.is_testing)
    assert page.queries.result.texts()[0].startswith("IBKR does not know the Flex Query.")


async def test_a_test_is_cancelled_with_its_button_and_with_the_dialog(desk: FetchDesk) -> None:
    await desk.open()
    page = await desk.open_page()
    desk.ibkr.requests(desk.ibkr.hang, desk.ibkr.hang)
    page.queries.test.click()
    await until(desk.ibkr.is_hanging.is_set)
    page.queries.result.cancel.click()
    assert not page.queries.result.isVisible()
    assert page.queries.test.isEnabled()
    page.queries.test.click()
    assert desk.dialog is not None
    desk.dialog.reject()
    await desk.settled()


async def test_the_guide_copies_the_boxes_of_the_kind(desk: FetchDesk) -> None:
    await desk.open()
    page = await desk.open_page()
    page.queries.guide.click()
    guide = opened(page, GuideDialog)
    assert isinstance(guide, GuideDialog)
    assert "Performance &amp; Reports &gt; Flex Queries" in guide.steps.text()
    guide.copy.click()
    assert QGuiApplication.clipboard().text() == guide_text(QueryKind.ACTIVITY)
    assert guide.copied.text() == "Copied."
    guide.kind.setCurrentIndex(1)
    assert guide.copied.text() == ""
    guide.copy.click()
    assert QGuiApplication.clipboard().text() == guide_text(QueryKind.CONFIRMATIONS)
    assert "Flex Web Service Configuration" in guide.token_steps.text()


async def test_a_history_is_asked_for_with_its_days(desk: FetchDesk) -> None:
    await desk.open()
    desk.ibkr.statements(text(STATEMENT))
    page = await desk.open_page()
    page.fetches.history.click()
    dialog = opened(page, FetchHistoryDialog)
    assert isinstance(dialog, FetchHistoryDialog)
    assert dialog.note.text() == "This asks IBKR for one statement."
    dialog.first.setDate(QDate(2025, 1, 1))
    assert dialog.note.text().startswith("This asks IBKR for 2 statements of at most 365 days")
    dialog.buttons.button(BUTTON.Ok).click()
    assert page.fetches.cancel.isEnabled()
    await desk.ended()
    asked = [one.parameters for one in desk.ibkr.asked if one.verb == "SendRequest"]
    assert [(one["fd"], one["td"]) for one in asked] == [
        ("20250101", "20251231"),
        ("20251225", "20261123"),
    ]
    assert page.fetches.told.text() == "2 statements: 1 new execution."
    assert not page.fetches.cancel.isEnabled()


async def test_what_is_not_saved_is_not_fetched_with(desk: FetchDesk) -> None:
    await desk.open()
    page = await desk.open_page()
    assert page.fetches.now.isEnabled()
    page.queries.remove.click()
    assert not page.fetches.now.isEnabled()
    assert desk.dialog is not None
    desk.dialog.buttons.button(BUTTON.Apply).click()
    assert page.fetches.now.toolTip() == "No Flex Query is set up"


async def test_everything_is_reached_by_keyboard_and_has_a_name(desk: FetchDesk) -> None:
    await desk.open()
    page = await desk.open_page()
    page.queries.guide.click()
    page.queries.edit.click()
    page.tokens.change.click()
    page.fetches.history.click()
    for part in (page, *page.findChildren(QWidget)):
        is_control = isinstance(part, QAbstractButton | QLineEdit | ShortList)
        is_inner = part.objectName().startswith("qt_")  # of a date field, which has the name
        if (
            is_control
            and not is_inner
            and part.isVisible()
            and part.focusPolicy() & Qt.FocusPolicy.TabFocus
        ):
            has_text = isinstance(part, QAbstractButton) and part.text()
            assert part.accessibleName() or has_text, part


def test_the_demo_says_why_it_has_no_statements(qapp: QApplication) -> None:
    prober = ConnectController(FakeProber())
    dialog = SettingsDialog(Settings(demo=True), lambda _: "", prober, usual_path="")
    dialog.show_group(STATEMENTS)
    dialog.open()
    labels = dialog.statements.findChildren(PlainLabel)
    assert DEMO in [label.text() for label in labels]
    delete(dialog, qapp)
    delete(prober, qapp)
