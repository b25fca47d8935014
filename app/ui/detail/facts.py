"""The lines of the pane: instrument, holding, P&L with its formulas, sums of several rows. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from app.domain.explain.model import ExplainedField, Explanation
from app.domain.explain.open_position import explain
from app.domain.explain.realized import explain_realized
from app.domain.history.closed_positions import ClosedPositionRow
from app.domain.model.amounts import exact_sum
from app.domain.model.instruments import Instrument, expiry_text
from app.domain.model.positions import Position
from app.domain.portfolio.realized_totals import totals_by_currency
from app.ui.detail.state import ExplainedFigure, Fact, PositionDetail, SelectionSum
from app.ui.explain.texts import read_text, written
from app.ui.positions.figures import average_price, cost_basis, realized_text
from app.ui.positions.tooltips import NOTHING_CLOSED, REALIZED, UNKNOWN
from app.ui.style.formatting import DASH, Formats
from app.ui.style.theme import GAIN_TONES

RIGHTS = {"C": "Call", "P": "Put"}
SUMS: tuple[tuple[str, Callable[[Position], Decimal | None]], ...] = (
    ("Market value", lambda position: position.market_value),
    ("Cost basis", cost_basis),
    ("Unrealized P&L", lambda position: position.unrealized_pnl),
)


def instrument_facts(held: Instrument, formats: Formats) -> tuple[Fact, ...]:
    """All that IBKR tells of it; what does not apply to its type is left out."""
    factor = held.value_factor
    facts = [
        Fact("Symbol", held.symbol),
        Fact("Description", held.description),
        Fact("Local symbol", held.local_symbol),
        Fact("Type", held.type_name),
        Fact("Underlying", held.symbol if held.is_option or held.sec_type == "FUT" else ""),
        Fact("Expiry", expiry_text(held.expiry)),
        Fact("Strike", "" if held.strike is None else formats.quantity(held.strike)),
        Fact("Right", RIGHTS.get(held.right, held.right)),
        Fact("Multiplier", formats.quantity(held.multiplier)),
        Fact(
            *("Value factor", formats.quantity(held.unit_value)),
            tooltip="The multiplier"
            if factor is None
            else "From IBKR's own market value: the value of one at a price of 1",
        ),
        Fact("Exchange", held.exchange or DASH),
        Fact("Currency", held.currency),
        Fact("Trading class", held.trading_class),
        Fact("Con ID", str(held.con_id), can_copy=True),
    ]
    return tuple(fact for fact in facts if fact.text)


def holding_facts(position: Position, formats: Formats) -> tuple[Fact, ...]:
    """Quantity, cost, price and value; of a closed position, when that was."""
    currency = position.instrument.currency
    facts = [
        Fact("Account", position.account),
        Fact("Opened", formats.time(position.opened_at)),
    ]
    if position.closed_at is not None:
        facts.append(Fact("Closed", formats.time(position.closed_at)))
    facts.append(Fact("Quantity", formats.quantity(position.quantity)))
    if position.is_open:
        known = (
            ("Average cost", position.average_cost, "average_cost", formats.price),
            ("Average price", average_price(position), "average_price", formats.price),
            ("Market price", position.market_price, "market_price", formats.price),
            (f"Cost basis, {currency}", cost_basis(position), "cost_basis", formats.money),
            (f"Market value, {currency}", position.market_value, "market_value", formats.money),
        )
        facts += [
            Fact(title, write(value), tooltip=UNKNOWN[key] if value is None else "")
            for title, value, key, write in known
        ]
    facts.append(Fact("Last synced", formats.time(position.last_synced_at)))
    return tuple(facts)


def pnl_figures(
    position: Position, detail: PositionDetail | None, formats: Formats, *, is_past: bool
) -> dict[ExplainedField, ExplainedFigure]:
    """What can be explained of its P&L; a closed position has only a realized one."""
    made: dict[ExplainedField, ExplainedFigure] = {}
    if position.is_open:
        field = ExplainedField.UNREALIZED
        text = formats.gain(position.unrealized_pnl)
        if position.unrealized_pct is not None:
            text = f"{text} ({formats.percent(position.unrealized_pct)})"
        fact = gain_fact(field, text, position.unrealized_pnl, position, formats)
        made[field] = explained(fact, explain(position, field), formats)
        if not is_past:
            field = ExplainedField.DAILY
            text = formats.gain(position.daily_pnl)
            fact = gain_fact(field, text, position.daily_pnl, position, formats)
            made[field] = explained(fact, explain(position, field), formats)
    field, source = ExplainedField.REALIZED, position.realized_source
    text = realized_text(position, formats)
    fact = gain_fact(field, text, position.realized_pnl, position, formats)
    sentence = NOTHING_CLOSED if source is None else REALIZED[source]
    if detail is None:
        made[field] = ExplainedFigure(fact, "", "", f"{sentence}.")
    else:
        found = explained(fact, explain_realized(position, detail.closes), formats)
        note = found.note or f"{sentence}."
        made[field] = ExplainedFigure(fact, found.formula, found.numbers, note)
    return made


def gain_fact(
    field: ExplainedField,
    text: str,
    amount: Decimal | None,
    position: Position,
    formats: Formats,
) -> Fact:
    title = f"{field.value}, {position.instrument.currency}"
    return Fact(title, text, GAIN_TONES[formats.tone(amount)])


def explained(fact: Fact, explanation: Explanation, formats: Formats) -> ExplainedFigure:
    numbers = written(explanation.numbers, formats)
    note = explanation.note if explanation.note.rstrip(".") != NOTHING_CLOSED else ""
    read = read_text(explanation, formats) if numbers else ""
    return ExplainedFigure(
        fact, explanation.formula, numbers, " ".join(filter(None, (note, read and f"{read}.")))
    )


def position_sums(positions: Sequence[Position]) -> dict[str, tuple[SelectionSum, ...]]:
    """Currency -> the sums of the positions in it; unknown figures are counted, not guessed."""
    parts: defaultdict[str, list[Position]] = defaultdict(list)
    for position in positions:
        parts[position.instrument.currency].append(position)
    return {
        currency: tuple(sum_of(title, map(of, parts[currency])) for title, of in SUMS)
        for currency in sorted(parts)
    }


def close_sums(rows: Iterable[ClosedPositionRow]) -> dict[str, tuple[SelectionSum, ...]]:
    """Currency -> what the closes of these rows brought; estimates stand apart."""
    closes = [(row.instrument.currency, stored.close) for row in rows for stored in row.closes]
    totals = totals_by_currency(
        (currency, close.source, close.realized_pnl, close.commission) for currency, close in closes
    )
    return {
        currency: (
            SelectionSum("Realized P&L", total.exact, total.unknown),
            *([] if total.estimated is None else [SelectionSum("≈ Estimated", total.estimated)]),
            sum_of("Commission", (close.commission for of, close in closes if of == currency)),
        )
        for currency, total in totals.items()
    }


def sum_of(title: str, amounts: Iterable[Decimal | None]) -> SelectionSum:
    every = list(amounts)
    known = [amount for amount in every if amount is not None]
    return SelectionSum(title, exact_sum(known) if known else None, len(every) - len(known))


def sum_facts(
    sums: dict[str, tuple[SelectionSum, ...]], formats: Formats
) -> dict[str, tuple[Fact, ...]]:
    """Currency -> its lines; a sum without all its parts says how many are missing."""
    return {currency: tuple(sum_fact(one, formats) for one in of) for currency, of in sums.items()}


def sum_fact(found: SelectionSum, formats: Formats) -> Fact:
    is_gain = "P&L" in found.title or "Estimated" in found.title
    text = (formats.gain if is_gain else formats.money)(found.amount)
    if found.unknown:
        text = f"{text} ({formats.count(found.unknown)} not known)"
    tone = GAIN_TONES[formats.tone(found.amount)] if is_gain else ""
    why = "Those that are not known are not in this sum" if found.unknown else ""
    return Fact(found.title, text, tone, why)
