"""Migration 2: history. Changes that outlive their positions, undo, prices and checks of runs.

Never edited once shipped; a change of the schema is the next migration.
"""

SECOND: tuple[str, ...] = (
    "ALTER TABLE run ADD COLUMN undone_at TEXT",
    "ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    # A change names its position by itself: the position of a run that was undone is gone.
    """CREATE TABLE new_change (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run (id),
    position_id INTEGER REFERENCES position (id),
    account TEXT NOT NULL,
    con_id INTEGER NOT NULL REFERENCES instrument (con_id),
    kind TEXT NOT NULL,
    before TEXT,
    after TEXT NOT NULL,
    note TEXT NOT NULL
)""",
    """INSERT INTO new_change SELECT change.id, change.run_id, change.position_id,
    position.account, position.con_id, change.kind, change.before, change.after, change.note
    FROM change JOIN position ON position.id = change.position_id""",
    "DROP TABLE change",
    "ALTER TABLE new_change RENAME TO change",
    "CREATE INDEX change_run_id ON change (run_id)",
    "CREATE INDEX change_position ON change (position_id)",
    "DROP INDEX close_position",
    "CREATE INDEX close_position ON close (position_id, closed_at)",
    "CREATE INDEX close_run_id ON close (run_id)",
    "CREATE INDEX fill_identity ON fill (account, con_id)",
    # What the newest run has overwritten: rows as JSON, in the order of the table's columns. Its
    # new rows have ids from first_id on.
    """CREATE TABLE undo (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run (id),
    table_name TEXT NOT NULL,
    first_id INTEGER,
    rows TEXT NOT NULL
)""",
    # con_id -> market price, as JSON, of all that the run's snapshot held.
    """CREATE TABLE run_price (
    run_id INTEGER PRIMARY KEY REFERENCES run (id),
    prices TEXT NOT NULL
)""",
    # The newest comparison of an account with IBKR's own figures.
    """CREATE TABLE reconciliation (
    account TEXT NOT NULL REFERENCES account (account),
    figure TEXT NOT NULL,
    currency TEXT NOT NULL,
    ours TEXT NOT NULL,
    ibkr TEXT NOT NULL,
    tolerance TEXT NOT NULL,
    cause TEXT NOT NULL,
    PRIMARY KEY (account, figure, currency)
)""",
    # Counts what is not a close appended after all others, so that totals kept in memory know when
    # to read anew, whoever wrote: a deletion, an update, an insertion before the last.
    "CREATE TABLE close_revision (revision INTEGER NOT NULL)",
    "INSERT INTO close_revision VALUES (0)",
    """CREATE TRIGGER close_deleted AFTER DELETE ON close
BEGIN UPDATE close_revision SET revision = revision + 1; END""",
    """CREATE TRIGGER close_updated AFTER UPDATE ON close
BEGIN UPDATE close_revision SET revision = revision + 1; END""",
    """CREATE TRIGGER close_inserted BEFORE INSERT ON close
WHEN NEW.id <= (SELECT max(id) FROM close)
BEGIN UPDATE close_revision SET revision = revision + 1; END""",
    """CREATE TRIGGER close_currency AFTER UPDATE OF currency ON instrument
WHEN NEW.currency != OLD.currency
BEGIN UPDATE close_revision SET revision = revision + 1; END""",
    # What past runs saw of one identity.
    "CREATE INDEX change_identity ON change (account, con_id, run_id)",
)
