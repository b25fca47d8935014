"""Reads a Flex statement file row by row; strict about the format, lenient about extra data."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from xml.parsers import expat

from app.domain.model.errors import StatementError
from app.domain.model.snapshot import Fill
from app.domain.model.statements import Cancellation, Statement
from app.domain.text.messages import joined, message
from app.flex.cancellations import resolved
from app.flex.deposits import CASH, CASH_ROW, DepositSections
from app.flex.header import Header, header_of
from app.flex.rows import ACTIVITY, CONFIRMATIONS, EXECUTION_LEVELS, as_trade, join_time
from app.flex.trades import TradeReader

LARGEST = 500_000_000  # bytes; a year of a busy account has about ten million
BLOCK = 1 << 16  # bytes read at once
TRADES, CONFIRMED = "Trades", "TradeConfirms"  # the sections
ROWS = {TRADES: "Trade", CONFIRMED: "TradeConfirm"}  # section -> its rows

TICK_TRADES = message(
    "In the Flex Query, tick Trades with the option Executions, and run it again."
)


def read_statement(path: Path) -> Statement:
    """The statement in the file; several, one for each account, are combined.

    Runs on any thread; blocks longer for larger files.

    Raises:
        StatementError: the file cannot be read, is not a Flex statement, or lacks required data.
    """
    sections = Sections(path.name)
    with readable(path), path.open("rb") as file:
        sections.read(file.read)
    return sections.statement()


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Refuses anything but a file of reasonable size; turns OS errors into sentences."""
    try:
        if path.exists() and not path.is_file():
            raise StatementError(
                message("{path} is not a file. Choose the XML file of a Flex Query.", path=path)
            )
        if path.stat().st_size > LARGEST:
            raise StatementError(
                message(
                    "{file} is larger than 500 MB. Choose a shorter period for the Flex Query.",
                    file=path.name,
                )
            )
        yield
    except (OSError, ValueError) as error:
        raise StatementError(
            message(
                "{path} cannot be read. Check that it exists and that you may read it.",
                path=path,
            )
        ) from error


class Sections:
    """Collects the trades and deposits of a Flex file while it is parsed; keeps nothing else."""

    def __init__(self, file: str) -> None:
        """Args: file: its name, for error texts."""
        self._file = file
        self._path: list[str] = []  # the open elements, the outermost first
        self._headers: list[Header] = []  # of the statements
        self._reader = TradeReader()
        self._activity = replace(ACTIVITY, file=file)
        self._confirmations = replace(CONFIRMATIONS, file=file)
        self._fills: list[Fill] = []  # in the file's order
        self._cancels: list[Cancellation] = []
        self._deposits = DepositSections(file)
        self._executions = 0  # rows of that level
        self._has_section = False
        self._has_other_levels = False

    def read(self, read: Callable[[int], bytes]) -> None:
        """Args: read: returns up to this many bytes of the file, none at its end."""
        parse_xml(read, self._file, self._refuse_entities, self._begin, self._end)

    def statement(self) -> Statement:
        """The statement, once all is read. Call it once: it releases the collected rows."""
        self._refuse_incomplete()
        fills, unmatched = resolved(self._fills, self._cancels)
        self._fills = []
        fills.sort(key=lambda fill: fill.time)
        accounts = [header.account for header in self._headers]
        accounts += dict.fromkeys(fill.account for fill in fills)
        accounts += [cancel.account for cancel in unmatched]
        if not any(accounts):
            raise self._without_account()
        return Statement(
            accounts=tuple(dict.fromkeys(filter(None, accounts))),
            from_date=min(header.from_date for header in self._headers),
            to_date=max(header.to_date for header in self._headers),
            generated_at=self._headers[0].generated_at,
            fills=tuple(fills),
            skipped=self._executions - len(fills),
            cancellations=unmatched,
            is_zone_assumed=self._is_zone_assumed(),
            known_deposits=self._deposits.known(),
        )

    def _refuse_incomplete(self) -> None:
        if not self._headers:
            raise StatementError(
                message(
                    "{file} contains no statement. Choose a period for the Flex Query, and run it "
                    "again.",
                    file=self._file,
                )
            )
        if not self._has_section:
            cause = message("{file} has no section Trades.", file=self._file)
            raise StatementError(joined((cause, TICK_TRADES)))
        if self._has_other_levels and not self._executions:
            cause = message("{file} has orders or summaries, but no executions.", file=self._file)
            raise StatementError(joined((cause, TICK_TRADES)))

    def _is_zone_assumed(self) -> bool:
        clocks = [header.clock for header in self._headers]
        if self._executions:
            return any(clock.is_assumed for clock in clocks)
        return all(clock.zone is None for clock in clocks)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if not self._path and name != "FlexQueryResponse":
            raise StatementError(
                message(
                    "{file} is not a Flex statement. Choose the XML file of a Flex Query.",
                    file=self._file,
                )
            )
        section = self._path[-1] if self._path else ""
        self._path.append(name)
        if name == "FlexStatement":
            self._headers.append(header_of(attributes, self._file))
        elif name in ROWS:
            self._has_section = True
        elif name == CASH and self._headers:
            self._deposits.begin(self._headers[-1])
        elif name == CASH_ROW and section == CASH and self._headers:
            self._deposits.add(attributes, self._headers[-1])
        elif section in ROWS and self._headers:
            is_row = name == ROWS[section]
            if is_row and attributes.get("levelOfDetail", "") in EXECUTION_LEVELS:
                self._keep(attributes, section)
            else:
                self._has_other_levels = True

    def _keep(self, row: dict[str, str], section: str) -> None:
        self._executions += 1
        header = self._headers[-1]
        account = row.get("accountId", "").strip() or header.account
        if not account:
            raise self._without_account()
        layout = self._activity
        if section == CONFIRMED:
            row, layout = as_trade(row), self._confirmations
        join_time(row)
        made = self._reader.read(row, account, header.clock, layout)
        if isinstance(made, Fill):
            self._fills.append(made)
        elif made is not None:
            self._cancels.append(made)

    def _end(self, _name: str) -> None:
        self._path.pop()

    def _refuse_entities(self, *_declaration: object) -> None:
        raise declares_type(self._file)

    def _without_account(self) -> StatementError:
        return StatementError(
            message(
                "{file} does not say which account it is for. In the Flex Query, tick Account ID, "
                "and run it again.",
                file=self._file,
            )
        )


def declares_type(file: str) -> StatementError:
    return StatementError(
        message(
            "{file} declares a document type, which no Flex statement does. Download it again.",
            file=file,
        )
    )


def parse_xml(
    read: Callable[[int], bytes],
    file: str,
    on_doctype: Callable[..., object],
    on_begin: Callable[[str, dict[str, str]], object],
    on_end: Callable[[str], object],
) -> None:
    """Calls these for each element.

    Args:
        read: returns up to this many bytes of the file, none at its end.

    Raises:
        StatementError: it is no XML.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = on_doctype
    parser.StartElementHandler = on_begin
    parser.EndElementHandler = on_end
    try:
        while block := read(BLOCK):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError) as error:
        raise StatementError(
            message(
                "{file} is not XML, or is incomplete. In the Flex Query, choose XML, and download "
                "it again.",
                file=file,
            )
        ) from error
