"""Filter, group, sort, flatten: properties that hold for any rows and any layout."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.ui.table.core.arrange import arrange
from app.ui.table.core.layout import Filter, SortKey, TableLayout
from app.ui.table.core.rows import GroupLine, TableRow
from app.ui.table.core.sums import Amounts, amounts_of, column_sum, merged, parts_of
from tests.ui.table.values import SPEC, Amount, Rated

MONEY = st.none() | st.decimals(min_value=-99999, max_value=99999, places=2)
AMOUNTS = st.lists(
    st.builds(
        Amount,
        number=st.integers(1, 10_000),
        account=st.sampled_from(("DU1", "DU2", "DU3")),
        symbol=st.sampled_from(("AAPL", "MSFT", "SAP")),
        currency=st.sampled_from(("USD", "EUR")),
        quantity=st.sampled_from((Decimal(-2), Decimal(3))),
        value=MONEY,
        pnl=MONEY,
    ),
    max_size=40,
    unique_by=lambda amount: amount.number,
)
KEYS = st.sampled_from([column.key for column in SPEC.columns])
SORTS = st.lists(st.builds(SortKey, KEYS, st.booleans()), max_size=3, unique_by=lambda s: s.key)
FILTERS = st.lists(
    st.sampled_from(
        (
            Filter("side", "long"),
            Filter("side", "short"),
            Filter("account", "DU1"),
            Filter("account", "DU2"),
        )
    ),
    max_size=3,
    unique=True,
)
GROUPS = st.lists(st.sampled_from(("account", "currency", "symbol")), max_size=2, unique=True)
LAYOUTS = st.builds(
    lambda sort, filters, groups: TableLayout(
        SPEC.default.columns, tuple(sort), tuple(filters), tuple(groups)
    ),
    SORTS,
    FILTERS,
    GROUPS,
)


def rows_of(amounts: list[Amount]) -> list[TableRow[Amount]]:
    made = [TableRow(one, one.number, SPEC.tie_break(one)) for one in amounts]
    return sorted(made, key=lambda row: row.order)


def accepted(amount: Amount, layout: TableLayout) -> bool:
    """The rule, written the plain way."""
    sides = {each.value for each in layout.filters if each.kind == "side"}
    accounts = {each.value for each in layout.filters if each.kind == "account"}
    side = "long" if amount.quantity > 0 else "short"
    return (not sides or side in sides) and (not accounts or amount.account in accounts)


@given(AMOUNTS, LAYOUTS)
def test_the_rows_shown_are_those_that_the_filters_accept(
    amounts: list[Amount], layout: TableLayout
) -> None:
    found = arrange(rows_of(amounts), layout, SPEC, Rated())
    wanted = sorted(one.number for one in amounts if accepted(one, layout))
    assert sorted(row.value.number for row in found.rows) == wanted


@given(AMOUNTS, SORTS)
def test_rows_are_sorted_by_each_key_and_unknown_values_come_last(
    amounts: list[Amount], sort: list[SortKey]
) -> None:
    layout = TableLayout(sort=tuple(sort))
    lines = [row.value for row in arrange(rows_of(amounts), layout, SPEC, Rated()).rows]
    if not sort:
        assert lines == sorted(amounts, key=SPEC.tie_break)
        return
    column, first = SPEC.column(sort[0].key), sort[0]
    values = [column.sort_by(one, Rated()) for one in lines]
    known = [value for value in values if value is not None]
    assert values == known + [None] * (len(values) - len(known))
    assert known == sorted(known, reverse=first.is_descending)


@given(AMOUNTS, LAYOUTS)
def test_groups_part_the_rows_and_each_row_is_in_its_own(
    amounts: list[Amount], layout: TableLayout
) -> None:
    found = arrange(rows_of(amounts), layout, SPEC, Rated())
    listed = [line for line in found.lines if isinstance(line, TableRow)]
    assert listed == found.rows
    groups = [line for line in found.lines if isinstance(line, GroupLine)]
    assert len({group.path for group in groups}) == len(groups)
    for group in groups:
        for depth, text in enumerate(group.path):
            column = SPEC.column(layout.groups[depth])
            assert {column.text(row.value, Rated()) for row in group.rows} == {text}
    innermost = [group for group in groups if len(group.path) == len(layout.groups)]
    if layout.groups:
        assert sum(len(group.rows) for group in innermost) == len(found.rows)


@given(AMOUNTS, LAYOUTS, st.data())
def test_a_collapsed_group_hides_its_rows_and_nothing_else(
    amounts: list[Amount], layout: TableLayout, data: st.DataObject
) -> None:
    rows, known = rows_of(amounts), {}
    before = arrange(rows, layout, SPEC, Rated(), groups=known)
    if not known:
        return
    path = data.draw(st.sampled_from(sorted(known)))
    folded = arrange(rows, layout.with_group(path, is_collapsed=True), SPEC, Rated(), groups=known)
    hidden = set(before.lines) - set(folded.lines)
    inner = {line for other, line in known.items() if other[: len(path)] == path and other != path}
    assert hidden == {*known[path].rows, *inner}
    assert folded.rows == before.rows


@given(AMOUNTS, LAYOUTS)
def test_arranging_again_gives_the_same_lines(amounts: list[Amount], layout: TableLayout) -> None:
    rows, known = rows_of(amounts), {}
    first = arrange(rows, layout, SPEC, Rated(), groups=known)
    assert arrange(rows, layout, SPEC, Rated(), groups=known).lines == first.lines


@given(AMOUNTS, LAYOUTS)
def test_the_groups_of_one_depth_sum_to_the_total(
    amounts: list[Amount], layout: TableLayout
) -> None:
    found = arrange(rows_of(amounts), layout, SPEC, Rated())
    outermost = [x for x in found.lines if isinstance(x, GroupLine) and len(x.path) == 1]
    if not outermost:
        return
    column = SPEC.column("value")

    def summed(rows: list[TableRow[Amount]]) -> Amounts:
        return amounts_of(column, parts_of([row.value for row in rows], SPEC))

    total, sums = summed(found.rows), [summed(list(group.rows)) for group in outermost]
    assert sum(each.unknown for each in sums) == total.unknown
    for key, amount in total.by_key.items():
        assert sum((each.by_key.get(key, Decimal(0)) for each in sums), Decimal(0)) == amount


@given(AMOUNTS, KEYS, st.lists(st.integers(0, 3), min_size=40, max_size=40))
def test_the_sums_of_any_parts_add_up_to_the_sum_of_all_rows(
    amounts: list[Amount], key: str, places: list[int]
) -> None:
    column = SPEC.column(key)

    def summed(values: list[Amount]) -> object:
        return column_sum(column, parts_of(values, SPEC), SPEC, Rated())

    placed = list(zip(amounts, places, strict=False))
    parts = [[one for one, place in placed if place == n] for n in range(4)]
    assert merged([summed(part) for part in parts]) == summed(amounts)


def test_a_search_needs_every_word() -> None:
    rows = rows_of([Amount(1, symbol="AAPL"), Amount(2, symbol="MSFT"), Amount(3, account="DU2")])
    found = arrange(rows, SPEC.default, SPEC, Rated(), words=("aapl", "du2"))
    assert [row.value.number for row in found.rows] == [3]


def test_groups_are_in_order_and_a_sort_key_turns_them_around() -> None:
    rows = rows_of([Amount(n, account=f"DU{n}") for n in (2, 1, 3)])
    layout = replace(SPEC.default, groups=("account",))
    for is_descending, titles in ((False, ["DU1", "DU2", "DU3"]), (True, ["DU3", "DU2", "DU1"])):
        sort = (SortKey("account", is_descending),)
        found = arrange(rows, replace(layout, sort=sort), SPEC, Rated())
        groups = [line.title for line in found.lines if isinstance(line, GroupLine)]
        assert groups == titles
