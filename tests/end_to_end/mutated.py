"""Breaks one answer of TWS, and checks whether it explains what is stored then."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from random import Random
from typing import Any

from app.domain.model.positions import Identity, Position, StoredClose
from tests.broker.between import GREETING, framed
from tests.broker.mutations import MUTATIONS, Mutation, Sent, fields_of

Rows = dict[Identity, dict[str, Any]]  # open positions: the names of the figures -> the figures
Closed = dict[Identity, tuple[Decimal, Decimal | None]]  # quantity and realized P&L of its closes
Answered = Sequence[tuple[str, bytes]]

INSTRUMENT = (
    *("symbol", "sec_type", "currency", "exchange", "multiplier", "expiry", "strike", "right"),
    *("local_symbol", "trading_class", "value_factor"),
)
FIGURES = ("quantity", "average_cost", "market_price", "market_value", "unrealized_pnl")
MARKET = frozenset({"market_price", "market_value", "unrealized_pnl"})
DOWNLOAD_END = "54"
ROWS = ("61", "61", "61", "7", "7")  # oftener than all others
LINK_LOST = frozenset({"1100", "2110"})


def rows_of(positions: Sequence[Position]) -> Rows:
    return {
        position.identity: {name: getattr(position, name) for name in FIGURES}
        | {name: getattr(position.instrument, name) for name in INSTRUMENT}
        for position in positions
    }


def closed_of(closes: Sequence[StoredClose]) -> Closed:
    closed: Closed = {}
    for stored in closes:
        identity = stored.account, stored.instrument.con_id
        quantity, realized = closed.get(identity, (Decimal(0), Decimal(0)))
        more = stored.close.realized_pnl
        total = None if realized is None or more is None else realized + more
        closed[identity] = quantity + stored.close.quantity_closed, total
    return closed


def late(_chance: Random, _body: bytes, _others: Sequence[bytes]) -> Sent:
    """Sends it after the next one."""
    raise NotImplementedError("OneBroken holds it back")


class OneBroken:
    """Breaks one answer in one of the ways, and lets all others pass.

    Attributes:
        is_done: it has been broken.
        original, sent: what it was, and what was sent instead.
    """

    def __init__(self, chance: Random, answered: Answered) -> None:
        counts = Counter(kind for kind, _ in answered)
        self._chance = chance
        self._others = [body for _, body in answered]
        self._kind = chance.choice([*sorted(counts), *(kind for kind in ROWS if kind in counts)])
        self._place = chance.randrange(counts[self._kind])
        self._mutation: Mutation = chance.choice((*MUTATIONS, late))
        self._seen = 0
        self._held_back: bytes | None = None
        self.is_done = False
        self.original = b""
        self.sent: Sent = ()

    def __str__(self) -> str:
        return f"{self._mutation.__name__} of {self.original!r}: {self.sent!r}"[:2000]

    def __call__(self, kind: str, body: bytes) -> Sent:
        held, self._held_back = self._held_back, None
        if held is not None and kind != GREETING:  # that is another connection
            return [framed(body), held]
        if self.is_done or kind != self._kind:
            return [framed(body)]
        self._seen += 1
        if self._seen <= self._place:
            return [framed(body)]
        self.is_done, self.original = True, body
        if self._mutation is late:
            self._held_back, self.sent = framed(body), [framed(body)]
            return []
        self.sent = self._mutation(self._chance, body, self._others)
        return self.sent

    @property
    def loses_ibkr(self) -> bool:
        """Whether it said that TWS has lost IBKR."""
        return bool(LINK_LOST & self.said.texts)

    def says_that_it_is_held(self, identity: Identity) -> bool:
        """Whether TWS has said so to the end, although one of its answers is broken."""
        account, con_id = identity
        frames = [fields_of(data[4:]) for data in self.sent if data is not None]
        if any(fields[0] == b"62" for fields in frames) or self._mutation is late:
            return False  # the end came early
        rows = [row for row in frames if row[0] == b"61" and str(con_id).encode() in row]
        if not rows:
            return str(con_id).encode() not in fields_of(self.original)
        return all(row[2] in (b"", account.encode()) and number_of(row[-2]) != 0 for row in rows)

    @property
    def said(self) -> "Saying":
        """All texts of the frame, before and after it was broken."""
        bodies = [self.original, *(data[4:] for data in self.sent if data is not None)]
        fields = (field for body in bodies for field in fields_of(body))
        texts = [field.decode("utf-8", "backslashreplace") for field in fields]
        return Saying(frozenset(texts), frozenset(filter(None, map(number, texts))))


@dataclass(frozen=True)
class Saying:
    texts: frozenset[str]
    numbers: frozenset[Decimal]

    def explains(self, name: str, row: dict[str, Any]) -> bool:
        """Whether a figure of a row that was said can be what the frame said, or follows of it."""
        value = row[name]
        if value is None:
            return name not in ("quantity", "multiplier")
        if isinstance(value, str):
            return any(text.startswith(value.rstrip("…")) for text in self.texts)
        if value in self.numbers or name == "value_factor":
            return True
        price, factor = row["market_price"], row["value_factor"] or row["multiplier"]
        if name == "multiplier":
            return value == 1
        if name not in ("market_value", "unrealized_pnl") or price is None:
            return False
        worth = price * factor * row["quantity"]
        if name == "market_value":
            return bool(value == worth)
        return bool(value == worth - (row["average_cost"] or 0) * row["quantity"])


def number_of(field: bytes) -> Decimal | None:
    return number(field.decode("utf-8", "backslashreplace"))


def number(text: str) -> Decimal | None:
    try:
        found = Decimal(repr(float(text)))
        return found if found.is_finite() else None
    except (ValueError, InvalidOperation, OverflowError):
        return None


def unexplained(rows: Rows, old: Rows, true: Rows, broken: OneBroken) -> list[str]:
    """What is stored after a sync that says it was a success, and neither true nor what the
    broken frame said."""
    said = broken.said
    found: list[str] = []
    for identity in sorted({*rows, *true}):
        row, right = rows.get(identity), true.get(identity)
        if row == right:
            continue
        _, con_id = identity
        if broken.original.startswith(b"15\0") and row == old.get(identity):
            continue  # the list of accounts was broken: this one was not read
        if row is None:
            if identity in old or broken.says_that_it_is_held(identity):
                found.append(f"{identity} is missing")
            continue
        if right is None and str(con_id) not in said.texts:
            found.append(f"{identity} was never said: {row}")
            continue
        for name, value in row.items():
            if right is not None and value == right[name]:
                continue
            is_late = DOWNLOAD_END in said.texts and name in MARKET and value is None
            if not is_late and not (str(con_id) in said.texts and said.explains(name, row)):
                found.append(f"{identity} {name}: {value!r}, not {right and right[name]!r}")
    return found


def unexplained_closes(closed: Closed, true: Closed, broken: OneBroken) -> list[str]:
    """Which closes are other than without the broken frame, although it said nothing of them."""
    said = broken.said
    return [
        f"{identity}: {closed.get(identity)}, not {true.get(identity)}"
        for identity in sorted({*closed, *true})
        if closed.get(identity) != true.get(identity) and str(identity[1]) not in said.texts
    ]
