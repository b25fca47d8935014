"""A table whose source sorts and filters: it lists the values as they come, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QLocale, QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from app.ui.style.formatting import Formats
from app.ui.table.core.column import Column, PlainContext, TableSpec
from app.ui.table.core.layout import ColumnPlace, TableLayout
from app.ui.table.model.table_model import TableModel


@dataclass(frozen=True)
class Word:
    text: str
    parts: tuple["Word", ...] = ()


SPEC: TableSpec[Word, PlainContext] = TableSpec(
    name="words",
    columns=(Column("text", "Text", lambda word, _: word.text, lambda word, _: word.text),),
    key=lambda word: word.text,
    tie_break=lambda word: word.text,
    search_text=lambda word: word.text,
    parts=lambda word: word.parts,
    part_count=lambda word: len(word.parts),
    default=TableLayout((ColumnPlace("text"),)),
)
A, B, C = Word("a"), Word("b", (Word("b1"), Word("b2"))), Word("c")
Words = TableModel[Word, PlainContext]


@pytest.fixture
def model() -> Iterator[Words]:
    made: Words = TableModel(SPEC, PlainContext(Formats(QLocale("en_US"))), is_paged=True)
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield made
    tester.deleteLater()


def listed(model: Words) -> list[str]:
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_the_same_values_in_another_order_are_listed_in_that_order(model: Words) -> None:
    model.show((A, B, C))
    held = QPersistentModelIndex(model.index(0, 0))
    model.show((C, A, B))
    assert listed(model) == ["c", "a", "b"]
    assert held.row() == 1


def test_a_further_page_comes_below_what_is_listed(model: Words) -> None:
    model.show((C, B))
    model.show((C, B, A))
    assert listed(model) == ["c", "b", "a"]


def test_parts_stay_below_their_row_in_any_order(model: Words) -> None:
    model.show((A, B, C))
    model.unfold(1, is_unfolded=True)
    assert listed(model) == ["a", "b", "b1", "b2", "c"]
    part = QPersistentModelIndex(model.index(2, 0))
    model.show((B, C, A))
    assert listed(model) == ["b", "b1", "b2", "c", "a"]
    assert part.row() == 1
    model.unfold(0, is_unfolded=False)
    assert listed(model) == ["b", "c", "a"]
