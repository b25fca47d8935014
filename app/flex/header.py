"""Reads the header of a Flex statement: its account, the days that it covers, its time zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.model.errors import StatementError
from app.domain.text.messages import message
from app.flex.parsing import NOTHING, ValueUnreadableError, day
from app.flex.times import StatementClock, split
from app.flex.zones import ZoneUnreadableError


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one statement.

    Attributes:
        account: empty if only the rows name it.
        from_date, to_date: the days that it covers.
        generated_at: UTC; None if the file does not say.
        clock: reads the times of its rows.
    """

    account: str
    from_date: date
    to_date: date
    generated_at: datetime | None
    clock: StatementClock


def header_of(attributes: Mapping[str, str], file: str) -> Header:
    """Args: file: its name, for error texts.

    Raises:
        StatementError: the days or the time cannot be read.
    """
    clock = clock_of(attributes.get("whenGenerated", "").strip(), file)
    return Header(
        account=attributes.get("accountId", "").strip(),
        from_date=covered(attributes, "fromDate", file),
        to_date=covered(attributes, "toDate", file),
        generated_at=StatementClock(clock.zone).moment(attributes.get("whenGenerated", "").strip()),
        clock=clock,
    )


def clock_of(generated: str, file: str) -> StatementClock:
    if generated in NOTHING:
        return StatementClock()
    try:
        _, zone = split(generated)
    except ZoneUnreadableError as error:
        raise StatementError(
            message(
                "{file} was generated at {text!r}, whose time zone cannot be read. In IBKR's "
                "Client Portal, choose another time zone, such as America/New_York, and run the "
                "Flex Query again.",
                file=file,
                text=generated,
            )
        ) from error
    except ValueUnreadableError as error:
        raise StatementError(
            message(
                "{file} was generated at {text!r}, which cannot be read. In the Flex Query, choose "
                "the date format yyyyMMdd and the time format HHmmss, and run it again.",
                file=file,
                text=generated,
            )
        ) from error
    return StatementClock(None if zone is None else zone.of_file)


def covered(attributes: Mapping[str, str], name: str, file: str) -> date:
    text = attributes.get(name, "").strip()
    try:
        found = day(text)
    except ValueUnreadableError:
        found = None
    if found is None:
        raise StatementError(
            message(
                "{file} does not say which days it covers: its {name} is {text!r}. In the Flex "
                "Query, choose the date format yyyyMMdd, and run it again.",
                file=file,
                name=name,
                text=text,
            )
        )
    return found
