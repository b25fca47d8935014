"""Any number of ids in one statement."""

import json
from collections.abc import Iterable, Sequence

import peewee

from app.domain.snapshot import FillKey

# Fills by their keys, given as one value: its rows are accounts and stems.
BY_KEYS = """FROM json_each(?) AS wanted
    CROSS JOIN fill ON fill.account = json_extract(wanted.value, '$[0]')
    AND fill.stem = json_extract(wanted.value, '$[1]')"""


def listed(ids: Sequence[int]) -> peewee.SQL:
    """As one value: SQLite limits how many a statement may have."""
    return peewee.SQL("(SELECT value FROM json_each(?))", [json.dumps(ids)])


def listed_keys(keys: Iterable[FillKey]) -> str:
    """The value that `BY_KEYS` wants."""
    return json.dumps(sorted(set(keys)))
