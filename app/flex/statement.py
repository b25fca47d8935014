"""Reads a Flex statement's file, row by row; strict in what it is, liberal in what it may hold."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from xml.parsers import expat

from app.domain.errors import StatementError
from app.domain.statements import Statement
from app.flex.cancels import Attributes
from app.flex.trades import KEPT, fills_of
from app.flex.values import ValueUnreadableError, day, moment

LARGEST = 500_000_000  # bytes; a year of a busy account has some ten millions
BLOCK = 1 << 20  # bytes read at once
LEVELS = ("", "EXECUTION")  # not ORDER, SYMBOL_SUMMARY or CLOSED_LOT

AGAIN = "In the Flex Query, tick Trades with the option Executions, and run it again."
UNREADABLE = "{path} cannot be read. Check that the file is there and may be read by you."
NO_FILE = "{path} is no file. Choose the XML file of an Activity Flex Query."
TOO_LARGE = "{file} is larger than 500 MB. Choose a shorter period for the Flex Query."
NO_XML = "{file} is no XML, or not all of it. In the Flex Query, choose XML, and download it again."
NO_FLEX = "{file} is no Flex statement. Choose the XML file of an Activity Flex Query."
ENTITIES = "{file} declares a document type, which no Flex statement does. Download it again."
EMPTY = "{file} holds no statement. Choose a period for the Flex Query, and run it again."
NO_TRADES = "{file} has no trades section. " + AGAIN
NO_EXECUTIONS = "{file} has no executions. " + AGAIN
NO_HEADER = "{file} does not say whose it is, or which days it covers. Download it again."


def read_statement(path: Path) -> Statement:
    """The statement in the file; of several, one for each account, all together.

    Runs on any thread: it blocks for as long as the file is large.

    Raises:
        StatementError: the file cannot be read, is no Flex statement, or has no executions.
    """
    sections = Sections(path.name)
    with readable(path), path.open("rb") as file:
        sections.read(file.read)
    return sections.statement()


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Refuses what is no file of a reasonable size; the disk's errors become sentences."""
    try:
        if path.exists() and not path.is_file():
            raise StatementError(NO_FILE.format(path=path))
        if path.stat().st_size > LARGEST:
            raise StatementError(TOO_LARGE.format(file=path.name))
        yield
    except (OSError, ValueError) as error:
        raise StatementError(UNREADABLE.format(path=path)) from error


@dataclass(slots=True)
class Sections:
    """What counts of a Flex file, gathered while it is read: nothing else of it is kept.

    Attributes:
        file: its name, for sentences.
        rows: of the trades sections, executions only: attribute -> text.
    """

    file: str
    rows: list[Attributes] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)  # the open elements, the outermost first
    _headers: list[Attributes] = field(default_factory=list)  # of the statements
    _has_trades: bool = False

    def read(self, read: Callable[[int], bytes]) -> None:
        """Args: read: gives so many bytes of the file, none at its end."""
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse_entities
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        try:
            while block := read(BLOCK):
                parser.Parse(block, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError) as error:
            raise StatementError(NO_XML.format(file=self.file)) from error

    def statement(self) -> Statement:
        """What has been gathered, once all is read."""
        if not self._headers:
            raise StatementError(EMPTY.format(file=self.file))
        if not self._has_trades:
            raise StatementError(NO_TRADES.format(file=self.file))
        fills = fills_of(self.rows, self.file)
        if not fills:
            raise StatementError(NO_EXECUTIONS.format(file=self.file))
        named = [header.get("accountId", "") for header in self._headers]
        accounts = filter(None, [*named, *(fill.account for fill in fills)])
        if not all(fill.account for fill in fills):
            raise StatementError(NO_HEADER.format(file=self.file))
        try:
            return Statement(
                accounts=tuple(dict.fromkeys(accounts)),
                from_date=min(self._days("fromDate")),
                to_date=max(self._days("toDate")),
                generated_at=moment(self._headers[0].get("whenGenerated", "")),
                fills=fills,
                skipped=len(self.rows) - len(fills),
            )
        except ValueUnreadableError as error:
            raise StatementError(NO_HEADER.format(file=self.file)) from error

    def _days(self, attribute: str) -> Iterator[date]:
        for header in self._headers:
            found = day(header.get(attribute, ""))
            if found is None:
                raise ValueUnreadableError(attribute)
            yield found

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if not self._path and name != "FlexQueryResponse":
            raise StatementError(NO_FLEX.format(file=self.file))
        if name == "FlexStatement":
            self._headers.append(attributes)
        elif name == "Trades":
            self._has_trades = True
        elif name == "Trade" and self._path[-1] == "Trades" and self._headers:
            self._keep(attributes)
        self._path.append(name)

    def _keep(self, row: dict[str, str]) -> None:
        if row.get("levelOfDetail", "") in LEVELS:
            account = row.get("accountId") or self._headers[-1].get("accountId", "")
            kept = {name: text for name, text in row.items() if name in KEPT}
            self.rows.append(kept | {"accountId": account})

    def _end(self, _name: str) -> None:
        self._path.pop()

    def _refuse_entities(self, *_declaration: object) -> None:
        raise StatementError(ENTITIES.format(file=self.file))
