"""With a broken server a sync fails soon, with one sentence, and nothing stored changes."""

import struct
import time
from collections.abc import Callable, Sequence

import pytest

from app.domain.text.redaction import without_quotes
from tests.end_to_end.driver import Program, Said, one_sentence, same
from tests.end_to_end.scripted_tws import (
    ACCOUNT_UPDATES,
    EXECUTIONS,
    POSITIONS,
    START_API,
    Contract,
    Execution,
    Held,
    Reply,
    ScriptedTws,
    Session,
    account_download,
    account_rows,
    all_positions,
    framed,
)

TIMEOUT_S = 0.4
# A sync waits for the connection, the positions, the fills and each account, and may read twice:
# six timeouts, and much for a computer that is busy; without an end it would wait for ever.
LONGEST_S = 6 * TIMEOUT_S + 20.0
KEPT = ("position", "close", "close_fill", "change", "account_value", "account", "fill")

ROWS = [
    Held(Contract(9000 + number, f"S{number}"), "10", "5.0", "6.0", "60.0", "10.0")
    for number in range(20)
]
BREAK = Callable[[ScriptedTws], None]


# -- how servers break --


def send_half(session: Session) -> None:
    for held in session.tws.held[:10]:
        session.send(*held.position())


def half_then_silence(session: Session, _fields: Sequence[str]) -> None:
    send_half(session)


def half_then_drop(session: Session, _fields: Sequence[str]) -> None:
    send_half(session)
    session.drop()


def half_then_1100(session: Session, _fields: Sequence[str]) -> None:
    send_half(session)
    session.error(1100, "Connectivity between IBKR and Trader Workstation has been lost.")
    for held in session.tws.held[10:]:
        session.send(*held.position())
    session.send("62", "1")


def half_then_refused(session: Session, _fields: Sequence[str]) -> None:
    send_half(session)
    session.error(321, "Error validating request: positions are not available.")
    session.send("62", "1")


def half_then_wrong_length(session: Session, _fields: Sequence[str]) -> None:
    """The stream is out of step from here on: the rest is swallowed as one long message."""
    send_half(session)
    session.raw(struct.pack(">I", 1_000_000) + b"61\0")
    send_half(session)
    session.send("62", "1")


def half_then_truncated_frame(session: Session, _fields: Sequence[str]) -> None:
    send_half(session)
    session.raw(framed(session.tws.held[10].position())[:-7])
    session.drop()


def half_then_zero_length(session: Session, _fields: Sequence[str]) -> None:
    send_half(session)
    session.raw(struct.pack(">I", 0))
    session.send("62", "1")


def half_then_noise(session: Session, _fields: Sequence[str]) -> None:
    send_half(session)
    session.raw(bytes(range(256)) * 4)


def with_odd_row(change: Callable[[list[str]], list[str]]) -> Reply:
    """All rows, the last of them changed, and then the end as if nothing were wrong."""

    def reply(session: Session, _fields: Sequence[str]) -> None:
        *good, last = (held.position() for held in session.tws.held)
        for row in good:
            session.send(*row)
        session.send(*change(list(last)))
        session.send("62", "1")

    return reply


def put(index: int, text: str) -> Callable[[list[str]], list[str]]:
    def change(row: list[str]) -> list[str]:
        row[index] = text
        return row

    return change


def download_without_end(session: Session, fields: Sequence[str]) -> None:
    if fields[2] == "1":
        account_rows(session, fields[3])


def download_of_another_account(session: Session, fields: Sequence[str]) -> None:
    if fields[2] == "1":
        account_rows(session, fields[3])
        session.send("54", "1", "DU999")


def download_then_drop(session: Session, fields: Sequence[str]) -> None:
    account_rows(session, fields[3])
    session.drop()


def download_with_short_row(session: Session, fields: Sequence[str]) -> None:
    session.send(*session.tws.held[0].portfolio()[:-2])
    account_download(session, fields)


def positions_then_1100(session: Session, fields: Sequence[str]) -> None:
    all_positions(session, fields)
    session.error(1100, "Connectivity between IBKR and Trader Workstation has been lost.")


def positions_then_drop(session: Session, fields: Sequence[str]) -> None:
    all_positions(session, fields)
    session.drop()


def download_with_2110(session: Session, fields: Sequence[str]) -> None:
    session.error(2110, "Connectivity between Trader Workstation and server is broken.")
    account_download(session, fields)


def drop(session: Session, _fields: Sequence[str]) -> None:
    session.drop()


def silent(_session: Session, _fields: Sequence[str]) -> None:
    pass


def on(request: str, reply: Reply) -> BREAK:
    return lambda tws: tws.always(request, reply)


def greeting(greet: Callable[[Session], None]) -> BREAK:
    def broken(tws: ScriptedTws) -> None:
        tws.greeting = greet

    return broken


def listen_only(session: Session) -> None:
    while True:
        session.receive(1)


def http(session: Session) -> None:
    session.raw(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    session.drop()


def http_kept_alive(session: Session) -> None:
    session.raw(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    listen_only(session)


def ssh(session: Session) -> None:
    session.raw(b"SSH-2.0-OpenSSH_9.6\r\n")
    listen_only(session)


def version_of_letters(session: Session) -> None:
    session.send("latest", "20261122 12:00:00 UTC")
    listen_only(session)


def close_port(tws: ScriptedTws) -> None:
    tws.stop_listening()


def old_version(tws: ScriptedTws) -> None:
    tws.version = 100


def all_ids_in_use(tws: ScriptedTws) -> None:
    tws.refused_ids.update(str(number) for number in range(1000))


def no_accounts(session: Session, _fields: Sequence[str]) -> None:
    session.send("15", "1", "")
    session.send("9", "1", "1")


def drop_after_login(session: Session, _fields: Sequence[str]) -> None:
    session.raw(framed(("15", "1", "DU1")) + framed(("9", "1", "1")))
    session.drop()


BROKEN: dict[str, BREAK] = {
    "its port is closed": close_port,
    "it accepts and is silent": greeting(listen_only),
    "it closes in the handshake": greeting(lambda session: session.drop()),
    "it is a web server": greeting(http),
    "it is a web server that stays": greeting(http_kept_alive),
    "it is an ssh server": greeting(ssh),
    "its version is no number": greeting(version_of_letters),
    "it is very old": old_version,
    "all client ids are in use": all_ids_in_use,
    "it is silent after the greeting": on(START_API, silent),
    "it closes at the login": on(START_API, drop),
    "it closes after the login": on(START_API, drop_after_login),
    "it manages no account": on(START_API, no_accounts),
    "positions never come": on(POSITIONS, silent),
    "half of the positions and silence": on(POSITIONS, half_then_silence),
    "half of the positions and a drop": on(POSITIONS, half_then_drop),
    "the positions are refused": on(
        POSITIONS, lambda session, _fields: session.error(321, "Error validating request.")
    ),
    "half of the positions and a refusal": on(POSITIONS, half_then_refused),
    "half of the positions and 1100": on(POSITIONS, half_then_1100),
    "half of the positions and a wrong length": on(POSITIONS, half_then_wrong_length),
    "half of the positions and a truncated frame": on(POSITIONS, half_then_truncated_frame),
    "half of the positions and an empty frame": on(POSITIONS, half_then_zero_length),
    "half of the positions and noise": on(POSITIONS, half_then_noise),
    "all positions and then 1100": on(POSITIONS, positions_then_1100),
    "all positions and then a drop": on(POSITIONS, positions_then_drop),
    "a row of one field too many": on(POSITIONS, with_odd_row(lambda row: [*row, "1"])),
    "a row of one field too few": on(POSITIONS, with_odd_row(lambda row: row[:-1])),
    "a row with an empty size": on(POSITIONS, with_odd_row(put(14, ""))),
    "a row with a size of letters": on(POSITIONS, with_odd_row(put(14, "ten"))),
    "a row with an unset size": on(POSITIONS, with_odd_row(put(14, "1.7976931348623157E308"))),
    "a row with a size that is no number": on(POSITIONS, with_odd_row(put(14, "NaN"))),
    "a row with a cost of letters": on(POSITIONS, with_odd_row(put(15, "free"))),
    "a row without a contract id": on(POSITIONS, with_odd_row(put(3, ""))),
    "a row with a contract id of 30 digits": on(POSITIONS, with_odd_row(put(3, "7" * 30))),
    "a row with a negative contract id": on(POSITIONS, with_odd_row(put(3, "-7"))),
    "a row with a size of other digits": on(POSITIONS, with_odd_row(put(14, "\uff11\uff12"))),
    "a row with a size with an underscore": on(POSITIONS, with_odd_row(put(14, "1_000"))),
    "a row with an odd multiplier": on(POSITIONS, with_odd_row(put(9, "-100"))),
    "a future without a multiplier": on(POSITIONS, with_odd_row(put(5, "FUT"))),
    "the account download never ends": on(ACCOUNT_UPDATES, download_without_end),
    "the account download of another one ends": on(ACCOUNT_UPDATES, download_of_another_account),
    "2110 in the account download": on(ACCOUNT_UPDATES, download_with_2110),
    "a drop in the account download": on(ACCOUNT_UPDATES, download_then_drop),
    "a short portfolio row": on(ACCOUNT_UPDATES, download_with_short_row),
    "a drop at the executions": on(EXECUTIONS, drop),
}


# -- after a sync that worked --


@pytest.fixture
def synced(tws: ScriptedTws, program: Program) -> Program:
    """Twenty positions and a close are stored."""
    tws.held = [*ROWS, Held(Contract(265598, "AAPL"), "100", "150.0", "155.0", "15500.0", "500.0")]
    tws.values = [("DU1", "NetLiquidation", "1200.5", "USD")]
    program.sync()
    tws.held = ROWS
    program.sync()
    program.timeout_s = TIMEOUT_S
    return program


def sync_within_bounds(program: Program) -> Said:
    started = time.monotonic()
    said = program.run("sync", "--json")
    assert time.monotonic() - started < LONGEST_S
    return said


def expect_failure(program: Program, said: Said, kept: dict[str, list[object]]) -> str:
    """Returns the sentence."""
    assert said.code == 1, said
    sentence = one_sentence(said.err)
    failed = said.json
    assert (failed["status"], failed["success"]) == ("error", False)
    assert failed["error"] == sentence
    assert failed["positions_created"] == failed["positions_updated"] == 0
    assert failed["positions_closed"] == 0
    assert program.rows(*KEPT) == kept
    (newest, *_) = sorted(program.read("runs"), key=lambda run: -run["run_id"])
    assert newest["run_id"] == failed["run_id"]
    # What cannot be read may be a quantity: the history does not quote it.
    assert newest["status"] == "error"
    assert newest["error"] in (sentence, without_quotes(sentence))
    return sentence


@pytest.mark.parametrize("name", BROKEN, ids=[name.replace(" ", "_") for name in BROKEN])
def test_a_broken_server_changes_nothing(name: str, tws: ScriptedTws, synced: Program) -> None:
    kept, runs = synced.rows(*KEPT), synced.rows("run")["run"]
    BROKEN[name](tws)

    said = sync_within_bounds(synced)

    expect_failure(synced, said, kept)
    (*earlier, _new) = synced.rows("run")["run"]
    assert earlier == runs
    assert synced.read("status")["stats"]["failed_syncs"] == 1


@pytest.mark.parametrize(
    "name", ["half of the positions and silence", "a row of one field too many"]
)
def test_the_sync_after_a_broken_one_is_complete(
    name: str, tws: ScriptedTws, synced: Program
) -> None:
    BROKEN[name](tws)
    synced.run("sync", "--json")
    tws.behave()

    done = synced.sync()

    assert (done["positions_updated"], done["positions_closed"]) == (20, 0)


def test_a_first_sync_that_fails_stores_no_position(tws: ScriptedTws, program: Program) -> None:
    tws.held = ROWS
    program.timeout_s = TIMEOUT_S
    tws.always(POSITIONS, half_then_silence)
    said = sync_within_bounds(program)
    expect_failure(program, said, {table: [] for table in KEPT})


def test_without_json_the_failure_is_one_sentence_too(tws: ScriptedTws, synced: Program) -> None:
    tws.always(POSITIONS, half_then_drop)
    said = synced.run("sync")
    assert (said.code, said.out) == (1, "")
    one_sentence(said.err)


def test_the_failure_is_one_sentence_in_a_separate_process(
    tws: ScriptedTws, synced: Program
) -> None:
    kept = synced.rows(*KEPT)
    tws.always(POSITIONS, half_then_drop)
    tws.wait_until_alone()
    expect_failure(synced, synced.start("sync", "--json").said(), kept)


def test_the_second_account_failing_keeps_the_first_ones_rows(
    tws: ScriptedTws, program: Program
) -> None:
    tws.accounts = ["DU1", "DU2"]
    aapl = Contract(265598, "AAPL")
    tws.held = [Held(aapl, "100", "150.0", "155.0"), Held(aapl, "7", "1.0", "155.0", account="DU2")]
    program.sync()
    kept = program.rows(*KEPT)
    tws.held = [Held(aapl, "90", "150.0", "156.0"), Held(aapl, "8", "1.0", "156.0", account="DU2")]
    program.timeout_s = TIMEOUT_S

    def only_the_first(session: Session, fields: Sequence[str]) -> None:
        if fields[3] == "DU1":
            account_download(session, fields)

    tws.always(ACCOUNT_UPDATES, only_the_first)
    expect_failure(program, sync_within_bounds(program), kept)


# -- what looks broken and is not --


def test_bytes_that_trickle_in_still_make_a_sync(tws: ScriptedTws, synced: Program) -> None:
    synced.timeout_s = 5.0
    tws.trickles = True
    tws.held = ROWS[:19]
    done = synced.sync()
    assert (done["positions_updated"], done["positions_closed"]) == (19, 1)


@pytest.mark.parametrize("taken", [1, 4])
def test_client_ids_in_use_are_passed_over(taken: int, tws: ScriptedTws, synced: Program) -> None:
    before = len(tws.client_ids)
    tws.refused_ids.update(str(number) for number in range(17, 17 + taken))
    done = synced.sync()
    assert done["positions_updated"] == 20
    assert tws.client_ids[before:] == [str(number) for number in range(17, 18 + taken)]


def executions_without_end(session: Session, fields: Sequence[str]) -> None:
    for execution in session.tws.executions:
        session.send(*execution.details(fields[2]))


def executions_refused(session: Session, fields: Sequence[str]) -> None:
    session.error(321, "Error validating request.", fields[2])


@pytest.mark.parametrize("reply", [executions_without_end, executions_refused, silent])
def test_without_an_end_of_the_executions_the_pnl_is_estimated(
    reply: Reply, tws: ScriptedTws, synced: Program
) -> None:
    tws.always(EXECUTIONS, reply)
    tws.held = ROWS[:19]
    tws.trade(Execution(ROWS[19].contract, "SLD", "10", "7.0", "ab.cd.01.01", commission="0.0"))
    before = {close["con_id"] for close in synced.read("closes")}

    said = sync_within_bounds(synced)

    assert (said.code, said.err) == (0, "")
    assert said.json["positions_closed"] == 1
    (close,) = (close for close in synced.read("closes") if close["con_id"] not in before)
    assert close["source"] == "estimate"
    assert same(close["realized_pnl"], "10")  # (6 - 5) of 10 shares
    assert close["exec_ids"] == []


def test_zero_rows_once_and_all_rows_the_second_time_close_nothing(
    tws: ScriptedTws, synced: Program
) -> None:
    connections = tws.connections
    tws.once(POSITIONS, lambda session, _fields: session.send("62", "1"), all_positions)
    done = synced.sync()
    assert (done["positions_updated"], done["positions_closed"]) == (20, 0)
    assert tws.connections == connections + 2


def test_a_second_read_that_breaks_closes_nothing(tws: ScriptedTws, synced: Program) -> None:
    kept = synced.rows(*KEPT)

    def all_but_one(session: Session, _fields: Sequence[str]) -> None:
        for held in session.tws.held[1:]:
            session.send(*held.position())
        session.send("62", "1")

    tws.once(POSITIONS, all_but_one, half_then_drop)
    expect_failure(synced, sync_within_bounds(synced), kept)


def test_notices_and_unknown_price_warnings_do_not_void_a_read(
    tws: ScriptedTws, synced: Program
) -> None:
    def chatty(session: Session, fields: Sequence[str]) -> None:
        session.error(2106, "HMDS data farm connection is OK:ushmds")
        session.error(2158, "Sec-def data farm connection is OK:secdefil")
        session.error(10197, "No market data during competing live session")
        all_positions(session, fields)

    tws.always(POSITIONS, chatty)
    assert synced.sync()["positions_updated"] == 20
