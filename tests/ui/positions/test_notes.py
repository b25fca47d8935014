"""The user's notes and tags in the table: columns, order, search, filter."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication

from app.domain.model.notes import PositionNotes, Tag
from app.domain.model.positions import Position
from app.ui.positions.columns import COLUMNS, KEYS
from app.ui.positions.context import PositionsContext
from app.ui.positions.filters import FILTERS
from app.ui.positions.spec import SPEC
from app.ui.positions.table import PositionsModel
from app.ui.style.formatting import DASH, Formats
from app.ui.table.core.layout import Filter, SortKey
from tests.ui.fakes import NOW, position

CONTEXT = PositionsContext(Formats(QLocale("en_US")))


def notes(text: str, *tags: str) -> PositionNotes:
    return PositionNotes(text, tuple(Tag(tag, NOW) for tag in tags), NOW, NOW)


@pytest.fixture
def model(qapp: QApplication) -> PositionsModel:  # noqa: ARG001
    made = PositionsModel(SPEC, CONTEXT)
    made.show(three())
    return made


def three() -> list[Position]:
    return [
        position("AAA", number=1, notes=notes("Sell in May\nand go away", "core", "Long term")),
        position("BBB", number=2, notes=notes("", "hedge")),
        position("CCC", number=3),
    ]


def shown(model: PositionsModel, key: str = "symbol", role: Any = None) -> list[Any]:
    column = KEYS.index(key)
    role = Qt.ItemDataRole.DisplayRole if role is None else role
    return [model.index(row, column).data(role) for row in range(model.rowCount())]


def test_the_columns_are_there_and_hidden_at_first(model: PositionsModel) -> None:
    assert shown(model, "tags") == ["core, Long term", "hedge", DASH]
    assert shown(model, "note") == ["Sell in May …", DASH, DASH]
    tooltips = shown(model, "note", Qt.ItemDataRole.ToolTipRole)
    assert "and go away" in tooltips[0]
    assert not {"tags", "note"} & set(SPEC.default.keys)
    note = next(column for column in COLUMNS if column.key == "note")
    assert note.value(three()[0], CONTEXT) == "Sell in May\nand go away"


def test_they_sort_with_those_that_have_none_last(model: PositionsModel) -> None:
    model.set_layout(replace(model.layout, sort=(SortKey("tags", is_descending=True),)))
    assert shown(model) == ["BBB", "AAA", "CCC"]


def test_a_search_finds_words_of_notes_and_tags(model: PositionsModel) -> None:
    for text, found in (("go AWAY", ["AAA"]), ("hedg", ["BBB"]), ("core hedge", [])):
        model.filter("All", text)
        assert shown(model) == found
    edited = [*three()[:2], replace(three()[2], notes=notes("", "Hedge"))]
    model.filter("All", "hedge")
    model.show(edited)
    assert shown(model) == ["BBB", "CCC"]


def test_the_filter_offers_every_tag_and_lists_any_of_the_chosen(model: PositionsModel) -> None:
    kind = next(kind for kind in FILTERS if kind.key == "tag")
    assert [value for value, _ in kind.choices(three(), CONTEXT)] == ["core", "hedge", "Long term"]
    assert kind.choices([position("CCC")], CONTEXT) == ()
    chosen = (Filter("tag", "hedge"), Filter("tag", "core"))
    model.set_layout(replace(model.layout, filters=chosen))
    assert shown(model) == ["AAA", "BBB"]
    model.set_layout(replace(model.layout, filters=chosen[:1]))
    assert shown(model) == ["BBB"]
