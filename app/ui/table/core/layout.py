"""How a user has arranged a table, as one frozen value that can be saved as JSON. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

GroupPath = tuple[str, ...]  # the texts of a group and of those around it, outermost first


@dataclass(frozen=True, slots=True)
class ColumnPlace:
    """One visible column.

    Attributes:
        width: device-independent pixels that the user chose; 0 to fit the content.
    """

    key: str
    width: int = 0


@dataclass(frozen=True, slots=True)
class SortKey:
    """Sort by this column."""

    key: str
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """One chip: only rows of this kind. Several of one kind are alternatives.

    Attributes:
        kind: the key of a `FilterKind`.
        value: what to compare with, as text; empty where the kind needs none.
    """

    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class TableLayout:
    """Columns, order, filters and groups of one table.

    Attributes:
        columns: the visible ones, from left to right.
        sort: the most important first.
        groups: keys of the columns to group by, outermost first.
        collapsed: the groups whose rows are hidden.
        is_in_base: amounts are shown in the base currency.
    """

    columns: tuple[ColumnPlace, ...] = ()
    sort: tuple[SortKey, ...] = ()
    filters: tuple[Filter, ...] = ()
    groups: tuple[str, ...] = ()
    collapsed: frozenset[GroupPath] = frozenset()
    is_in_base: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Of the visible columns."""
        return tuple(place.key for place in self.columns)

    def sorted_by(self, key: str) -> "TableLayout":
        """Sorted by this column first; by it alone reversed if it is the first already."""
        first = self.sort[0] if self.sort else None
        is_descending = first is not None and first.key == key and not first.is_descending
        rest = tuple(other for other in self.sort if other.key != key)
        return replace(self, sort=(SortKey(key, is_descending), *rest[:2]))

    def with_column(self, key: str, *, is_shown: bool, order: Iterable[str] = ()) -> "TableLayout":
        """With the column shown or hidden; a hidden column no longer sorts or groups.

        Args:
            order: the keys of all columns; a shown one is inserted after the visible column
                that precedes it there.
        """
        places = tuple(place for place in self.columns if place.key != key)
        if is_shown:
            keys = list(order)
            before = set(keys[: keys.index(key)]) if key in keys else set(self.keys)
            at = max((n + 1 for n, place in enumerate(places) if place.key in before), default=0)
            return replace(self, columns=(*places[:at], ColumnPlace(key), *places[at:]))
        return replace(
            self,
            columns=places,
            sort=tuple(sort for sort in self.sort if sort.key != key),
            groups=tuple(group for group in self.groups if group != key),
        )

    def with_width(self, key: str, width: int) -> "TableLayout":
        places = tuple(
            replace(place, width=width) if place.key == key else place for place in self.columns
        )
        return replace(self, columns=places)

    def with_order(self, keys: Iterable[str]) -> "TableLayout":
        """With the visible columns in this order."""
        known = {place.key: place for place in self.columns}
        return replace(self, columns=tuple(known[key] for key in keys if key in known))

    def with_filter(self, wanted: Filter, *, is_set: bool = True) -> "TableLayout":
        others = tuple(each for each in self.filters if each != wanted)
        return replace(self, filters=(*others, wanted) if is_set else others)

    def grouped_by(self, *keys: str) -> "TableLayout":
        return replace(self, groups=keys, collapsed=frozenset())

    def with_group(self, path: GroupPath, *, is_collapsed: bool) -> "TableLayout":
        paths = self.collapsed | {path} if is_collapsed else self.collapsed - {path}
        return replace(self, collapsed=paths)

    def as_json(self) -> dict[str, Any]:
        return {
            "columns": [{"key": place.key, "width": place.width} for place in self.columns],
            "sort": [{"key": sort.key, "descending": sort.is_descending} for sort in self.sort],
            "filters": [{"kind": each.kind, "value": each.value} for each in self.filters],
            "groups": list(self.groups),
            "collapsed": sorted(list(path) for path in self.collapsed),
            "in_base": self.is_in_base,
        }


def read_layout(
    document: object, default: TableLayout, columns: Iterable[str], kinds: Iterable[str]
) -> TableLayout:
    """The layout of a JSON document; what is unknown or malformed in it is ignored.

    Args:
        default: used for a part that is missing or has nothing known in it.
        columns, kinds: the keys of all columns and filters.
    """
    if not isinstance(document, Mapping):
        return default
    known, known_kinds = frozenset(columns), frozenset(kinds)
    places = tuple(
        ColumnPlace(key, width if isinstance(width := entry.get("width"), int) and width > 0 else 0)
        for key, entry in entries(document, "columns", "key")
        if key in known
    )
    sort = tuple(
        SortKey(key, entry.get("descending") is True)
        for key, entry in entries(document, "sort", "key")
        if key in known
    )
    filters = tuple(
        Filter(kind, value if isinstance(value := entry.get("value"), str) else "")
        for kind, entry in entries(document, "filters", "kind", is_unique=False)
        if kind in known_kinds
    )
    groups, collapsed = document.get("groups"), document.get("collapsed")
    return TableLayout(
        with_unhidden(places, default) if places else default.columns,
        sort if "sort" in document else default.sort,
        tuple(dict.fromkeys(filters)),
        tuple(key for key in texts(groups) if key in known),
        frozenset(tuple(texts(path)) for path in collapsed)
        if isinstance(collapsed, list)
        else frozenset(),
        document.get("in_base") is True,
    )


def with_unhidden(places: tuple[ColumnPlace, ...], default: TableLayout) -> tuple[ColumnPlace, ...]:
    """With the default's first column, which names the row and cannot be hidden."""
    first = default.columns[0] if default.columns else None
    if first is None or any(place.key == first.key for place in places):
        return places
    return (first, *places)


def entries(
    document: Mapping[str, Any], part: str, name: str, *, is_unique: bool = True
) -> list[tuple[str, Mapping[str, Any]]]:
    """(its name, the entry) of each well-formed entry of a part."""
    found: list[tuple[str, Mapping[str, Any]]] = []
    listed = document.get(part)
    for entry in listed if isinstance(listed, list) else ():
        key = entry.get(name) if isinstance(entry, Mapping) else None
        is_new = not is_unique or all(key != other for other, _ in found)
        if isinstance(key, str) and is_new:
            found.append((key, entry))
    return found


def texts(listed: object) -> list[str]:
    found = listed if isinstance(listed, list) else []
    return [text for text in found if isinstance(text, str)]


def arranged_by(layout: TableLayout) -> tuple[object, ...]:
    """What decides which lines there are, and in which order."""
    return layout.sort, layout.filters, layout.groups, layout.collapsed
