"""Any number of ids in one statement."""

import json
from collections.abc import Sequence

import peewee


def listed(ids: Sequence[int]) -> peewee.SQL:
    """As one value: SQLite limits how many a statement may have."""
    return peewee.SQL("(SELECT value FROM json_each(?))", [json.dumps(ids)])
