"""Reads back what a sync has committed, and compares it with what IBKR reported."""

from collections.abc import Mapping, Sequence

from app.domain.model.positions import Identity
from app.domain.model.snapshot import Snapshot
from app.domain.text.messages import Message, joined, message, message_plural
from app.store.cache.figures import ReportedFigures
from app.store.cache.open_positions import figures_in
from app.store.database import tables
from app.store.database.codecs import decimal_of, utc_text
from app.store.database.database import Database

NAMED = 3  # positions in the sentence; the rest are a number
NOTE = "UPDATE run SET note = trim(note || ' ' || ?) WHERE id = ?"


def verify(database: Database, snapshot: Snapshot, run_id: int) -> str:
    """In a read of its own; a difference becomes the run's note.

    Returns:
        Empty if nothing differs, or if a newer run has been committed meanwhile.
    """
    with database.atomic():
        if is_overtaken(database, snapshot, run_id):
            return ""
        wrong_time = wrong_times(database, snapshot)
        rows = database.cache.rows(database)
    covered = frozenset(snapshot.accounts)
    expected = {
        identity: figures
        for _, identity, figures, _ in database.reported.of(snapshot)
        if identity[0] in covered
    }
    stored = {identity: figures_in(row) for identity, row in rows.items() if row[1] in covered}
    different = [] if stored == expected else differing(expected, stored)
    if not different and not wrong_time:
        return ""
    names = {held.instrument.con_id: held.instrument.description for held in snapshot.holdings}
    named = [
        # Translators: an instrument in an account
        message(
            "{instrument} in {account}",
            instrument=names.get(con_id) or symbol(database, con_id),
            account=account,
        )
        for account, con_id in different[:NAMED]
    ]
    note = sentence(named, len(different), len(expected), wrong_time)
    database.run_sql(NOTE, (note, run_id))
    return note


def differing(
    expected: Mapping[Identity, ReportedFigures], stored: Mapping[Identity, ReportedFigures]
) -> list[Identity]:
    """The positions that are not stored as expected, and those that should not be there."""
    different = [
        identity
        for identity, figures in expected.items()
        if (found := stored.get(identity)) is None or not is_same(figures, found)
    ]
    return different + [identity for identity in stored if identity not in expected]


def is_overtaken(database: Database, snapshot: Snapshot, run_id: int) -> bool:
    """Whether another run has since written one of the accounts, or this one was undone."""
    newest = tables.AccountTable.select(tables.AccountTable.run_id).where(
        tables.AccountTable.account.in_(snapshot.accounts)
    )
    (status,) = database.run_sql("SELECT status FROM run WHERE id = ?", (run_id,)).fetchone()
    return status != "success" or any(owner > run_id for (owner,) in database.rows(newest))


def wrong_times(database: Database, snapshot: Snapshot) -> list[str]:
    """The accounts that do not have the snapshot's time."""
    query = tables.AccountTable.select(
        tables.AccountTable.account, tables.AccountTable.taken_at
    ).where(tables.AccountTable.account.in_(snapshot.accounts))
    times: dict[str, str] = dict(database.rows(query))
    return [name for name in snapshot.accounts if times.get(name) != utc_text(snapshot.taken_at)]


def is_same(expected: ReportedFigures, stored: ReportedFigures) -> bool:
    """As texts; as numbers too, because 12.0 is not written over 12.00."""
    if expected == stored:
        return True
    return [decimal_of(text) for text in expected] == [decimal_of(text) for text in stored]


def sentence(
    named: Sequence[str], different: int, count: int, wrong_time: Sequence[str]
) -> Message:
    """Args: named: the first of the different positions."""
    parts = []
    if different:
        more = ("…",) if different > len(named) else ()
        parts.append(
            message_plural(
                "{different} of {count} positions differs ({positions})",
                "{different} of {count} positions differ ({positions})",
                different,
                different=different,
                count=count,
                positions=joined((*named, *more), ", "),
            )
        )
    if wrong_time:
        accounts = joined(wrong_time, ", ")
        parts.append(message("the time of {accounts} is different", accounts=accounts))
    return message(
        "After the sync the database does not hold what IBKR reported: {differences}. Sync again.",
        differences=joined(parts, "; "),
    )


def symbol(database: Database, con_id: int) -> str:
    found = database.run_sql("SELECT symbol FROM instrument WHERE con_id = ?", (con_id,)).fetchone()
    return str(found[0]) if found else message("contract {id}", id=con_id)
