"""Neither the logs nor the errors in the history have account numbers or quantities."""

import sqlite3
from contextlib import closing

import pytest

from tests.end_to_end.driver import Program
from tests.end_to_end.scripted_tws import POSITIONS, Contract, Held, ScriptedTws, Session

AAPL = Contract(265598, "AAPL")
QUANTITY = "98765"
ACCOUNTS = ["U7654321", "ACME-77-TRUST", "äccount9", "DFX0001.A"]


def kept_texts(program: Program) -> str:
    """All log files, and all errors of the history."""
    logs = [file for file in (program.folder / "state").rglob("*") if file.is_file()]
    assert logs
    with closing(sqlite3.connect(program.db)) as database:
        errors = [error for (error,) in database.execute("SELECT error FROM run") if error]
    return "\n".join([*(file.read_text(encoding="utf-8") for file in logs), *errors])


@pytest.mark.parametrize("account", ACCOUNTS)
def test_neither_log_nor_history_names_an_account_or_a_quantity(
    account: str, program: Program, tws: ScriptedTws, expected_warnings: list[str]
) -> None:
    expected_warnings.append("the database is damaged")

    def refuse(session: Session, _fields: object) -> None:
        session.error(321, f"The account {account} is not yours.")

    def garbage(session: Session, _fields: object) -> None:
        session.send(*Held(AAPL, f"{QUANTITY}x", "150.0", account=account).position())

    tws.accounts = [account]
    tws.held = [Held(AAPL, QUANTITY, "150.0", "155.0", account=account)]
    program.sync()
    program.timeout_s = 1.0
    for answer in (refuse, garbage, lambda session, _: session.drop()):
        tws.always(POSITIONS, answer)
        assert program.run("sync").code == 1
    tws.behave()
    assert program.run("sync", "--account", "ANOTHER-ONE").code == 1
    program.execute("UPDATE position SET quantity = ?", f"{QUANTITY}x")
    assert program.run("positions").code == 1

    text = kept_texts(program)
    for private in (account, "ANOTHER-ONE", QUANTITY):
        assert private not in text
