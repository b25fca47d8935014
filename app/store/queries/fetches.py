"""What earlier fetches of a Flex Query have left, and which closes still wait for executions."""

from datetime import datetime

from app.domain.fetching.plan import FetchedState
from app.store.database.database import Database

# A fetch's run begins its note with the query's title; an undone one had fetched all the same.
# One of older days only has ", history" after it.
FETCHED = """SELECT started_at FROM run WHERE "trigger" = 'flex'
    AND status IN ('success', 'undone') AND substr(note, 1, length(?1)) = ?1
    ORDER BY id DESC LIMIT 1"""
PENDING = """SELECT min(closed_at), max(closed_at) FROM close
    WHERE source IN ('estimate', 'unknown')"""


def fetched(database: Database, title: str) -> FetchedState:
    """Args: title: `FlexQuery.title`."""
    with database.atomic():
        newest = database.run_sql(FETCHED, (f"{title}:",)).fetchone()
        oldest_close, newest_close = database.run_sql(PENDING).fetchone()
    return FetchedState(
        fetched_at=None if newest is None else moment(newest[0]),
        oldest_estimate=moment(oldest_close),
        newest_estimate=moment(newest_close),
    )


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
