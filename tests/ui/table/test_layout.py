"""Layouts: what the user's choices make of them, and how they survive as JSON."""

import json

from hypothesis import given
from hypothesis import strategies as st

from app.ui.table.core.layout import (
    ColumnPlace,
    Filter,
    SortKey,
    TableLayout,
    read_layout,
)

KEYS = ("symbol", "quantity", "price", "value", "account")
KINDS = ("side", "account")
DEFAULT = TableLayout(
    tuple(ColumnPlace(key) for key in ("symbol", "price", "account")), (SortKey("symbol"),)
)
LAYOUTS = st.builds(
    TableLayout,
    st.lists(st.sampled_from(KEYS[1:]), unique=True).map(
        lambda keys: tuple(ColumnPlace(key, n * 10) for n, key in enumerate(("symbol", *keys)))
    ),
    st.lists(
        st.builds(SortKey, st.sampled_from(KEYS), st.booleans()), unique_by=lambda s: s.key
    ).map(tuple),
    st.lists(st.builds(Filter, st.sampled_from(KINDS), st.text(max_size=3)), unique=True).map(
        tuple
    ),
    st.lists(st.sampled_from(KEYS), unique=True).map(tuple),
    st.frozensets(st.lists(st.text(max_size=3), min_size=1, max_size=2).map(tuple), max_size=3),
    st.booleans(),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ("columns", "sort", "filters", "groups", "collapsed", "key", "kind", "width")
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def read(document: object) -> TableLayout:
    return read_layout(document, DEFAULT, KEYS, KINDS)


@given(LAYOUTS)
def test_a_layout_survives_as_json(layout: TableLayout) -> None:
    assert read(json.loads(json.dumps(layout.as_json()))) == layout


@given(JSON)
def test_any_document_gives_a_layout_with_the_column_that_names_the_row(document: object) -> None:
    layout = read(document)
    assert "symbol" in layout.keys
    assert len(set(layout.keys)) == len(layout.keys)
    assert set(layout.keys) <= set(KEYS)


def test_unknown_columns_and_filters_are_ignored() -> None:
    document = DEFAULT.as_json()
    document["columns"].append({"key": "gone", "width": 3})
    document["filters"] = [{"kind": "gone", "value": ""}]
    assert read(document) == DEFAULT


def test_a_second_click_turns_the_order_around_and_the_first_one_stays_as_the_second_key() -> None:
    once = DEFAULT.sorted_by("price")
    assert once.sort == (SortKey("price"), SortKey("symbol"))
    assert once.sorted_by("price").sort == (SortKey("price", is_descending=True), SortKey("symbol"))


def test_hiding_the_sorted_column_clears_its_order_and_its_group() -> None:
    layout = DEFAULT.sorted_by("price").grouped_by("price", "account")
    hidden = layout.with_column("price", is_shown=False)
    assert hidden.sort == (SortKey("symbol"),)
    assert hidden.groups == ("account",)


def test_a_shown_column_comes_where_it_stands_among_all() -> None:
    assert DEFAULT.with_column("value", is_shown=True, order=KEYS).keys == (
        *("symbol", "price", "value", "account"),
    )


def test_another_grouping_forgets_which_groups_were_collapsed() -> None:
    layout = DEFAULT.grouped_by("account").with_group(("DU1",), is_collapsed=True)
    assert layout.collapsed == {("DU1",)}
    assert layout.grouped_by("symbol").collapsed == frozenset()


def test_a_filter_is_set_once_and_removed() -> None:
    long = Filter("side", "long")
    layout = DEFAULT.with_filter(long).with_filter(long)
    assert layout.filters == (long,)
    assert layout.with_filter(long, is_set=False) == DEFAULT
