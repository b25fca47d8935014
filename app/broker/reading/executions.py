"""Decodes the rows of executions strictly; unreadable ones are left out, with a note.

A snapshot's quantities do not need executions, and TWS reports them again at the next read. So
an unreadable one does not invalidate the snapshot, unlike a position row.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.broker.protocol.contract_cache import INSTRUMENTS, NUL
from app.broker.protocol.execution_times import ZoneError, time_of
from app.broker.protocol.field_parsing import WireError, contract_id, parse_double, parse_quantity
from app.domain.model.positions import Identity
from app.domain.model.snapshot import Fill, FillKey, split_exec_id
from app.domain.text.messages import Message, joined, message_in, message_plural

EXECUTION_FIELDS = 31
CONTRACT = slice(3, 14)
SIGNS = {"BOT": 1, "SLD": -1}
# The parts of an execution, as the sentences for the user name them.
# Translators: as in "An execution was left out, because its quantity cannot be read"
PARTS = {
    "fields": message_in("of an execution", "fields"),
    "id": message_in("of an execution", "id"),
    "side": message_in("of an execution", "side"),
    "contract": message_in("of an execution", "contract"),
    "quantity": message_in("of an execution", "quantity"),
    "price": message_in("of an execution", "price"),
    "time": message_in("of an execution", "time"),
}


class ExecutionError(WireError):
    """A part of an execution cannot be read.

    The message names the part but not its text, which must not appear in the user's note.
    """


@dataclass(frozen=True, slots=True)
class ExecutionKey:
    """Identifies an execution."""

    exec_id: str
    identity: Identity

    @property
    def fill_key(self) -> FillKey:
        """Equal for an execution and its corrections in one account."""
        return self.identity[0], split_exec_id(self.exec_id)[0]


def execution_key(fields: list[str]) -> ExecutionKey:
    """Message 11: id, request id, order id, contract, exec id, time, account and more.

    The contract id is 0 if it cannot be read.

    Raises:
        ExecutionError: not the fields of an execution, or no id.
    """
    if len(fields) != EXECUTION_FIELDS:
        raise ExecutionError("fields")
    if not fields[14] or not fields[16]:
        raise ExecutionError("id")
    try:
        con_id = contract_id(fields[3])
    except WireError:
        con_id = 0
    return ExecutionKey(fields[14], (fields[16], con_id))


def execution_row(fields: list[str]) -> Fill:
    """The fill, without its commission report.

    Args:
        fields: accepted by `execution_key`.

    Raises:
        ZoneError: its time is in a zone that cannot be read.
        ExecutionError: something else cannot be read.
    """
    sign = SIGNS.get(fields[18])
    if sign is None:
        raise ExecutionError("side")
    part = "contract"
    try:
        instrument = INSTRUMENTS.of(NUL.join(fields[CONTRACT]))
        part = "quantity"
        shares = parse_quantity(fields[19])
        part = "price"
        price = parse_double(fields[20])
        part = "time"
        time = time_of(fields[15])
    except ZoneError:
        raise
    except WireError as error:
        raise ExecutionError(part) from error
    if shares <= 0:
        raise ExecutionError("quantity")
    if price is None:
        raise ExecutionError("price")
    return Fill(fields[14], fields[16], instrument, sign * shares, price, time)


@dataclass(slots=True)
class LeftOut:
    """The executions of one read that could not be read.

    Attributes:
        keys: no revision of these is used: the missing one may have replaced it.
        zones: the unreadable zone of each execution that has one.
        parts: the unreadable part of each other one.
    """

    keys: set[FillKey] = field(default_factory=set)
    zones: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def add(self, error: WireError, key: ExecutionKey | None = None) -> None:
        if key is not None:
            self.keys.add(key.fill_key)
        if isinstance(error, ZoneError):
            self.zones.append(error.zone)
        else:
            self.parts.append(str(error))

    @property
    def notes(self) -> tuple[str, ...]:
        """One sentence for each kind of reason."""
        notes = []
        if self.zones:
            notes.append(
                message_plural(
                    "The time of an execution names a zone that cannot be read ({zones}), so it "
                    "was left out; choose another time zone in TWS's login window "
                    "(More Options > Time Zone).",
                    "The times of some executions name a zone that cannot be read ({zones}), so "
                    "they were left out; choose another time zone in TWS's login window "
                    "(More Options > Time Zone).",
                    len(self.zones),
                    zones=named(self.zones),
                )
            )
        if self.parts:
            notes.append(
                message_plural(
                    "An execution was left out, because its {parts} cannot be read; if it keeps "
                    "happening, this version of TWS is not supported yet.",
                    "Some executions were left out, because their {parts} cannot be read; if it "
                    "keeps happening, this version of TWS is not supported yet.",
                    len(self.parts),
                    parts=named(PARTS.get(part, part) for part in self.parts),
                )
            )
        return tuple(notes)


def named(names: Iterable[str]) -> Message:
    """The distinct names, as a list."""
    return joined(dict.fromkeys(names), ", ")
