"""Tells a damaged file from a bug after something has failed."""

import logging
import sqlite3
from pathlib import Path

import peewee

from app.domain.model.errors import StoreError
from app.store.database.database import Database
from app.store.errors import DAMAGED, about, known_sentence

log = logging.getLogger(__name__)


def refuse_damaged(database: Database, path: Path, error: Exception) -> None:
    """Does nothing where the error is known already, or the file is intact.

    Raises:
        StoreError: the file is damaged.
    """
    if known_sentence(error) is not None:
        return
    from app.store.database.damage import damage  # only needed after an error

    try:
        found = damage(database)
    except (peewee.PeeweeException, sqlite3.Error) as second:
        if known_sentence(second) is not None:
            raise
        found = "what SQLite cannot read"
    if found:
        log.warning("the database is damaged: %s", found)
        raise StoreError(about(path, DAMAGED)) from error
