"""Migration 1: the tables as first shipped. Never edited; a change of the schema is migration 2.

Quantities, prices and money are TEXT (all digits), times are UTC TEXT that sorts by time.
"""

FIRST: tuple[str, ...] = (
    """CREATE TABLE instrument (
    con_id INTEGER PRIMARY KEY,
    symbol TEXT NOT NULL,
    sec_type TEXT NOT NULL,
    currency TEXT NOT NULL,
    exchange TEXT NOT NULL,
    multiplier TEXT NOT NULL,
    expiry TEXT NOT NULL,
    strike TEXT,
    "right" TEXT NOT NULL,
    local_symbol TEXT NOT NULL,
    trading_class TEXT NOT NULL
)""",
    """CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    "trigger" TEXT NOT NULL,
    account_id TEXT NOT NULL,
    started_at TEXT NOT NULL,
    duration_s REAL NOT NULL,
    status TEXT NOT NULL,
    error TEXT,
    taken_at TEXT,
    positions_created INTEGER NOT NULL,
    positions_updated INTEGER NOT NULL,
    positions_closed INTEGER NOT NULL,
    total_ibkr_positions INTEGER NOT NULL,
    increased INTEGER NOT NULL,
    reduced INTEGER NOT NULL,
    reversed INTEGER NOT NULL,
    adjusted INTEGER NOT NULL
)""",
    """CREATE TABLE account (
    account TEXT PRIMARY KEY,
    taken_at TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run (id)
)""",
    """CREATE TABLE account_value (
    account TEXT NOT NULL REFERENCES account (account),
    key TEXT NOT NULL,
    currency TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (account, key, currency)
)""",
    """CREATE TABLE position (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    con_id INTEGER NOT NULL REFERENCES instrument (con_id),
    quantity TEXT NOT NULL,
    average_cost TEXT,
    market_price TEXT,
    market_value TEXT,
    unrealized_pnl TEXT,
    realized_pnl TEXT,
    realized_source TEXT,
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    closed_run_id INTEGER REFERENCES run (id),
    CHECK ((closed_at IS NULL) = (closed_run_id IS NULL))
)""",
    """CREATE UNIQUE INDEX position_open ON position (account, con_id) WHERE closed_at IS NULL""",
    """CREATE TABLE close (
    id INTEGER PRIMARY KEY,
    position_id INTEGER NOT NULL REFERENCES position (id),
    run_id INTEGER NOT NULL REFERENCES run (id),
    quantity_closed TEXT NOT NULL,
    entry_price TEXT,
    exit_price TEXT,
    commission TEXT,
    cost TEXT,
    realized_pnl TEXT,
    source TEXT NOT NULL,
    closed_at TEXT NOT NULL,
    is_full_close INTEGER NOT NULL
)""",
    """CREATE TABLE close_fill (
    close_id INTEGER NOT NULL REFERENCES close (id),
    exec_id TEXT NOT NULL,
    quantity TEXT NOT NULL,
    PRIMARY KEY (close_id, exec_id)
)""",
    """CREATE TABLE change (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run (id),
    position_id INTEGER NOT NULL REFERENCES position (id),
    kind TEXT NOT NULL,
    before TEXT,
    after TEXT NOT NULL,
    note TEXT NOT NULL
)""",
    """CREATE INDEX change_run_id ON change (run_id)""",
    """CREATE TABLE fill (
    stem TEXT PRIMARY KEY,
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
    put_away_run_id INTEGER REFERENCES run (id)
)""",
    """CREATE INDEX fill_pending ON fill (account)
    WHERE consumed_run_id IS NULL AND put_away_run_id IS NULL""",
    """CREATE INDEX fill_consumed ON fill (consumed_run_id)""",
    """CREATE INDEX position_identity ON position (account, con_id)""",
    """CREATE INDEX close_position ON close (position_id)""",
    """CREATE INDEX change_position ON change (position_id)""",
    """CREATE VIEW open_position AS
SELECT position.id, position.account, position.con_id, instrument.symbol,
    instrument.local_symbol, instrument.sec_type, instrument.currency, instrument.exchange,
    instrument.multiplier, instrument.expiry, instrument.strike, instrument."right",
    position.quantity, position.average_cost, position.market_price, position.market_value,
    position.unrealized_pnl, position.realized_pnl, position.realized_source,
    position.opened_at, account.taken_at AS last_synced_at
FROM position
JOIN instrument ON instrument.con_id = position.con_id
LEFT JOIN account ON account.account = position.account
WHERE position.closed_at IS NULL
ORDER BY position.account, instrument.symbol, position.con_id""",
)
