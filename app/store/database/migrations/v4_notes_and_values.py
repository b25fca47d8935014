"""Migration 4: the user's notes and tags, the portfolio over time, deposits and withdrawals.

Never edited once shipped; a change of the schema is the next migration.
"""

FOURTH: tuple[str, ...] = (
    # The user's own text. A row without a text and without tags hides what moved in from elsewhere.
    """CREATE TABLE note (
    account TEXT NOT NULL,
    con_id INTEGER NOT NULL REFERENCES instrument (con_id),
    text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (account, con_id)
)""",
    # The key is the tag in lower case, which SQLite can do for ASCII only.
    """CREATE TABLE tag (
    account TEXT NOT NULL,
    con_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    tag TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account, con_id, key),
    FOREIGN KEY (account, con_id) REFERENCES note (account, con_id)
)""",
    # What IBKR reported of an account: in total in its base currency, and in each currency.
    """CREATE TABLE portfolio_value (
    account TEXT NOT NULL,
    is_total INTEGER NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run (id),
    currency TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    net_liquidation TEXT,
    cash TEXT,
    market_value TEXT,
    gross_value TEXT,
    unrealized_pnl TEXT,
    realized_pnl TEXT,
    PRIMARY KEY (account, is_total, run_id, currency)
) WITHOUT ROWID""",
    # Of statements; a withdrawal is negative.
    """CREATE TABLE deposit (
    account TEXT NOT NULL,
    transaction_id TEXT NOT NULL,
    day TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount TEXT NOT NULL,
    rate_to_base TEXT,
    run_id INTEGER NOT NULL REFERENCES run (id),
    PRIMARY KEY (account, transaction_id)
)""",
    # The days whose deposits are all known, because a statement with that section covered them.
    """CREATE TABLE deposit_period (
    account TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run (id),
    PRIMARY KEY (account, from_day, to_day)
)""",
)
