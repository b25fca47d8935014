"""Migration 3: what IBKR books without a trade, and what follows from positions alone.

Fills of two accounts may have one execution id; assignments, exercises and expiries have none.
Never edited once shipped; a change of the schema is the next migration.
"""


def padded(table: str, values: str) -> str:
    """Gives the rows that an undo would restore the columns that their table has now."""
    return f"""UPDATE undo SET rows = (SELECT json_group_array(json_insert(kept.value, {values}))
    FROM json_each(undo.rows) AS kept) WHERE table_name = '{table}'"""


THIRD: tuple[str, ...] = (
    # What a quantity of one at a price of one is worth, where that is not the multiplier.
    "ALTER TABLE instrument ADD COLUMN value_factor TEXT",
    "CREATE INDEX instrument_factor ON instrument (con_id) WHERE value_factor IS NOT NULL",
    "ALTER TABLE run ADD COLUMN calculate_pnl INTEGER NOT NULL DEFAULT 1",
    """UPDATE run SET calculate_pnl = 0
    WHERE id IN (SELECT run_id FROM close WHERE source = 'skipped')""",
    # What an estimate rests on: the last price, a strike, an expiry ...
    "ALTER TABLE close ADD COLUMN basis TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE position ADD COLUMN moved_from_id INTEGER REFERENCES position (id)",
    """CREATE TABLE new_fill (
    stem TEXT NOT NULL,
    exec_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    account TEXT NOT NULL,
    con_id INTEGER NOT NULL REFERENCES instrument (con_id),
    quantity TEXT NOT NULL,
    price TEXT NOT NULL,
    time TEXT NOT NULL,
    commission TEXT,
    commission_currency TEXT NOT NULL,
    realized_pnl TEXT,
    run_id INTEGER NOT NULL REFERENCES run (id),
    consumed_run_id INTEGER REFERENCES run (id),
    put_away_run_id INTEGER REFERENCES run (id),
    commission_rate TEXT,
    commission_rate_at TEXT,
    trade_id TEXT NOT NULL,
    transaction_id TEXT NOT NULL,
    booking TEXT,
    is_cancelled INTEGER NOT NULL,
    PRIMARY KEY (account, stem)
)""",
    """INSERT INTO new_fill SELECT stem, exec_id, revision, account, con_id, quantity, price, time,
    commission, commission_currency, realized_pnl, run_id, consumed_run_id, put_away_run_id,
    NULL, NULL, '', '', NULL, 0 FROM fill ORDER BY rowid""",
    "DROP TABLE fill",
    "ALTER TABLE new_fill RENAME TO fill",
    """CREATE INDEX fill_pending ON fill (account)
    WHERE consumed_run_id IS NULL AND put_away_run_id IS NULL AND is_cancelled = 0""",
    "CREATE INDEX fill_consumed ON fill (consumed_run_id)",
    "CREATE INDEX fill_identity ON fill (account, con_id)",
    # What a run concluded from the positions alone, so that a restatement concludes the same.
    """CREATE TABLE inference (
    run_id INTEGER NOT NULL REFERENCES run (id),
    account TEXT NOT NULL,
    con_id INTEGER NOT NULL REFERENCES instrument (con_id),
    place INTEGER NOT NULL,
    kind TEXT NOT NULL,
    quantity TEXT NOT NULL,
    price TEXT,
    proceeds TEXT,
    basis TEXT NOT NULL,
    average_cost TEXT,
    opened_at TEXT,
    moved_from_id INTEGER,
    note TEXT NOT NULL,
    verdict TEXT NOT NULL,
    PRIMARY KEY (run_id, account, con_id, place)
)""",
    "CREATE INDEX inference_identity ON inference (account, con_id, run_id)",
    # Cancels of a statement whose execution is not known yet.
    """CREATE TABLE cancellation (
    account TEXT NOT NULL,
    con_id INTEGER NOT NULL,
    quantity TEXT NOT NULL,
    price TEXT NOT NULL,
    time TEXT NOT NULL,
    transaction_id TEXT NOT NULL,
    orig_trade_id TEXT NOT NULL,
    orig_transaction_id TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run (id)
)""",
    "CREATE INDEX cancellation_identity ON cancellation (account, con_id)",
    padded("instrument", "'$[#]', NULL"),
    padded("close", "'$[#]', ''"),
    padded("position", "'$[#]', NULL"),
    padded(
        "fill",
        "'$[#]', NULL, '$[#]', NULL, '$[#]', '', '$[#]', '', '$[#]', NULL, '$[#]', 0",
    ),
)
