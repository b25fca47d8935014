"""Reads the changes of open positions that the user has not seen yet."""

import json
from collections.abc import Iterator

from app.domain.history.unseen import SeenUntil, UnseenChange, UnseenChanges
from app.store.database.codecs import Read
from app.store.database.database import Database

UNSEEN = """SELECT change.account, change.con_id, change.run_id, change.before FROM change
    JOIN run ON run.id = change.run_id JOIN position ON position.id = change.position_id
    WHERE run.status = 'success' AND position.closed_at IS NULL AND """
NEWER = f"{UNSEEN} change.run_id > ? ORDER BY change.id"
KEPT = f"""{UNSEEN} (change.position_id, change.run_id) IN (SELECT
    json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))
    ORDER BY change.id"""
LAST = "SELECT coalesce(max(id), 0) FROM run"


def unseen_changes(database: Database, seen: SeenUntil | None) -> UnseenChanges:
    """Args: seen: None where nothing was ever looked at: then nothing is new."""
    with database.atomic():
        ((last,),) = database.run_sql(LAST)
        if seen is None:
            return UnseenChanges(last)
        kept = database.run_sql(KEPT, (json.dumps(seen.unseen),)).fetchall()
        newer = database.run_sql(NEWER, (seen.run_id,)).fetchall()
    return UnseenChanges(last, tuple(firsts([*kept, *newer])))


def firsts(rows: list[Read]) -> Iterator[UnseenChange]:
    """The first change of each holding: from the figures before it on, all is new to the user."""
    known = set()
    for account, con_id, run_id, before in rows:
        if (account, con_id) not in known:
            known.add((account, con_id))
            figures = None if before is None else json.loads(before)
            yield UnseenChange((account, con_id), run_id, figures)
