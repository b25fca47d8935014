"""Whether an option has expired, and its estimated value at expiry. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.domain.model.amounts import ZERO
from app.domain.model.inferences import Inference, InferenceKind
from app.domain.model.instruments import Instrument, expiry_text, plain_text
from app.domain.model.positions import EstimateBasis
from app.domain.text.messages import message

NEW_YORK = ZoneInfo("America/New_York")
# currency -> where its options trade, mostly: IBKR's expiry is a date there. Others count as New
# York's, the last of the world's option exchanges to end a day.
ZONES: Mapping[str, ZoneInfo] = {
    currency: ZoneInfo(name)
    for currency, name in {
        "EUR": "Europe/Berlin",
        "CHF": "Europe/Zurich",
        "GBP": "Europe/London",
        "SEK": "Europe/Stockholm",
        "NOK": "Europe/Oslo",
        "DKK": "Europe/Copenhagen",
        "JPY": "Asia/Tokyo",
        "HKD": "Asia/Hong_Kong",
        "KRW": "Asia/Seoul",
        "SGD": "Asia/Singapore",
        "INR": "Asia/Kolkata",
        "AUD": "Australia/Sydney",
    }.items()
}
# An underlying's price a few days later still shows on which side of the strike it was.
PRICE_AFTER = timedelta(days=7)
# An option's own price a few days before is close to its final value.
PRICE_BEFORE = timedelta(days=3)
# Up to this share of the strike an option's price days before its end can be time value alone: at
# the money, with three days to go and a usual volatility, it is about that.
TIME_VALUE = Decimal("0.01")


def trading_day(instrument: Instrument, moment: datetime) -> date:
    """The date where the instrument trades."""
    return moment.astimezone(ZONES.get(instrument.currency, NEW_YORK)).date()


def has_expired(instrument: Instrument, now: datetime) -> bool:
    """An option whose expiry date has passed where it trades."""
    expiry = instrument.expiry_date
    if expiry is None or not instrument.is_option:
        return False
    return trading_day(instrument, now) > expiry


def expired(
    option: Instrument,
    quantity: Decimal,
    now: datetime,
    *,
    underlying_price: Decimal | None,
    last_price: Decimal | None,
    last_seen: datetime | None,
) -> Inference:
    """The expiry of an option without a delivery of its underlying.

    The estimate is its intrinsic value if the underlying's price is known; 0 if it was out of the
    money or nothing suggests otherwise; its own last price if that is recent; else unknown.

    Args:
        quantity: the signed change of the position's quantity.
        underlying_price: of the snapshot, per unit.
        last_price: of the option, when it was last seen.
    """
    day = expiry_text(option.expiry)
    expiry = option.expiry_date
    assert expiry is not None
    intrinsic = intrinsic_value(option, underlying_price)
    is_near = trading_day(option, now) - expiry <= PRICE_AFTER
    if intrinsic is not None and underlying_price is not None and is_near:
        if not intrinsic:
            return worthless(quantity, day)
        return Inference(
            InferenceKind.EXPIRED,
            quantity,
            price=intrinsic,
            basis=EstimateBasis.INTRINSIC,
            note=message(
                "Expired {day} in the money, with the underlying at {price}; nothing was "
                "delivered, so it counts as settled in cash",
                day=day,
                price=plain_text(underlying_price),
            ),
            verdict=message(
                "so the P&L is estimated at its intrinsic value of {value}",
                value=plain_text(intrinsic),
            ),
        )
    if not intrinsic and not suggests_value(option, last_price):
        return worthless(quantity, day)
    note = message("Expired {day}; the underlying's price is not known", day=day)
    is_recent = last_seen is not None and expiry - trading_day(option, last_seen) <= PRICE_BEFORE
    if last_price is None or not is_recent:
        verdict = message("so the P&L is unknown: it may have been worth something")
        return Inference(InferenceKind.EXPIRED, quantity, note=note, verdict=verdict)
    verdict = message(
        "so the P&L is estimated at its own last price of {price}", price=plain_text(last_price)
    )
    return Inference(InferenceKind.EXPIRED, quantity, price=last_price, note=note, verdict=verdict)


def worthless(quantity: Decimal, day: str) -> Inference:
    return Inference(
        InferenceKind.EXPIRED,
        quantity,
        price=ZERO,
        basis=EstimateBasis.EXPIRY,
        note=message("Expired {day}; no execution reports an exercise or assignment", day=day),
        verdict=message("so the P&L is estimated at a price of 0"),
    )


def intrinsic_value(option: Instrument, underlying_price: Decimal | None) -> Decimal | None:
    """Currency per unit of the underlying, never negative; None if unknown."""
    if underlying_price is None or option.strike is None or option.right not in ("C", "P"):
        return None
    above = underlying_price - option.strike
    return max(above if option.right == "C" else -above, ZERO)


def suggests_value(option: Instrument, last_price: Decimal | None) -> bool:
    """Whether the option's own last price suggests that it was in the money."""
    if last_price is None:
        return False
    return last_price > abs(option.strike or ZERO) * TIME_VALUE
