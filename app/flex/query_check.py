"""Which boxes a Flex Query lacks, as its statement shows. A ticked box is there, if only empty."""

from collections.abc import Callable
from pathlib import Path

from app.domain.fetching.boxes import OPTION, SECTIONS, boxes_of
from app.domain.fetching.queries import QueryKind
from app.domain.fetching.report import QueryCheck
from app.domain.model.errors import StatementError
from app.flex.reader import (
    CONFIRMED,
    ROWS,
    TRADES,
    declares_type,
    parse_xml,
    read_statement,
    readable,
)
from app.flex.rows import EXECUTION_LEVELS, SPLIT_TIMES

KINDS = {TRADES: QueryKind.ACTIVITY, CONFIRMED: QueryKind.CONFIRMATIONS}


def check_query(path: Path) -> QueryCheck:
    """Compares the file with what exact figures need.

    Runs on any thread; blocks longer for larger files.

    Raises:
        StatementError: the file cannot be read, or is not a Flex statement.
    """
    seen = SeenBoxes(path.name)
    with readable(path), path.open("rb") as file:
        seen.read(file.read)
    missing, inexact = seen.absent()
    problem = ""
    try:
        read_statement(path)
    except StatementError as error:
        problem = error.text
    is_sure = bool(seen.attributes) or bool(missing)
    return QueryCheck(missing, inexact, is_sure=is_sure, problem=problem)


class SeenBoxes:
    """Collects which attributes the executions of a file have.

    Attributes:
        attributes: section -> those that every execution has.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self.attributes: dict[str, set[str]] = {}
        self._sections: set[str] = set()
        self._has_other_levels = False
        self._statement_account = False
        self._path: list[str] = []

    def read(self, read: Callable[[int], bytes]) -> None:
        """Raises: StatementError: it is no XML, or declares a document type."""
        parse_xml(read, self._file, self._refuse, self._begin, self._end)

    def absent(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What is needed and not there, and what exact figures need besides."""
        if not self._sections:
            return (f"{SECTIONS[QueryKind.ACTIVITY]}: {OPTION}",), ()
        needed: list[str] = []
        others: list[str] = []
        for section in sorted(self._sections):
            kind = KINDS[section]
            has = self.attributes.get(section)
            if has is None:
                if self._has_other_levels:
                    needed.append(f"{SECTIONS[kind]}: {OPTION}")
                continue
            for box in boxes_of(kind):
                if box.attribute not in has:
                    (needed if box.is_needed else others).append(f"{SECTIONS[kind]}: {box.name}")
        return tuple(needed), tuple(others)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        section = self._path[-1] if self._path else ""
        self._path.append(name)
        if name == "FlexStatement":
            self._statement_account = bool(attributes.get("accountId", "").strip())
        elif name in ROWS:
            self._sections.add(name)
        elif section in ROWS:
            is_row = name == ROWS[section]
            if is_row and attributes.get("levelOfDetail", "") in EXECUTION_LEVELS:
                self._take(section, attributes)
            else:
                self._has_other_levels = True

    def _take(self, section: str, attributes: dict[str, str]) -> None:
        has = {*attributes, *(("accountId",) if self._statement_account else ())}
        if any(date in has and time in has for date, time in SPLIT_TIMES):
            has.add("dateTime")
        known = self.attributes.get(section)
        self.attributes[section] = has if known is None else known & has

    def _end(self, _name: str) -> None:
        self._path.pop()

    def _refuse(self, *_declaration: object) -> None:
        raise declares_type(self._file)
