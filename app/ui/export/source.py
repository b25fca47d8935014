"""What a page has to offer for an export."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from app.ui.table.model.table_model import TableModel

# Given whether all rows are wanted, or those that the page's filters let through: all their values.
ReadAll = Callable[[bool], Awaitable[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class ExportSource:
    """A page's table.

    Attributes:
        read_all: for a table that reads page by page; None where the model has all rows.
    """

    model: TableModel[Any, Any]
    read_all: ReadAll | None = None


@runtime_checkable
class Exportable(Protocol):
    """A page with a table that can be exported."""

    def export_source(self) -> ExportSource: ...
