"""The schema: the migrations that make it, and the mark in the file's header."""

from app.store.database.migrations.v1_initial import FIRST
from app.store.database.migrations.v2_history import SECOND
from app.store.database.migrations.v3_inferences import THIRD
from app.store.database.migrations.v4_notes_and_values import FOURTH

APPLICATION_ID = 0x50_53_59_4E  # "PSYN", in the file's header

Migration = tuple[str, ...]  # SQL statements, run in one transaction

# The migration at index n leads from schema n to schema n + 1. A shipped one is never edited.
MIGRATIONS: tuple[Migration, ...] = (FIRST, SECOND, THIRD, FOURTH)
