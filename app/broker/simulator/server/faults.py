"""Faults that the simulated TWS can show, all observed in real ones."""

from dataclasses import dataclass

from app.broker.simulator.server.protocol import Fields


@dataclass(slots=True)
class Faults:
    """Switches that a test may set at any time; each affects later requests.

    Attributes:
        silent_handshake: the connection is accepted, the greeting is never answered.
        silent_positions: reqPositions is never answered.
        positions_end_after: number of position rows before silence.
        drop_after_rows: number of position rows before the connection is closed.
        error_on_positions: (code, text) of the error that answers reqPositions, without an end.
        silent_account_updates: reqAccountUpdates and reqAccountUpdatesMulti are never answered.
        silent_executions: reqExecutions is never answered.
        omit_commission_reports: executions come without their commission reports.
        lost_connectivity: error 1100 follows the notices at the start.
        notice_2110: notice 2110 (TWS has lost IBKR's servers) follows them.
        raw_rows: complete messages that replace the position rows.
        delay_s: seconds before each request is handled.
        silent: nothing is sent, but connections stay open.
    """

    silent_handshake: bool = False
    silent_positions: bool = False
    positions_end_after: int | None = None
    drop_after_rows: int | None = None
    error_on_positions: tuple[int, str] | None = None
    silent_account_updates: bool = False
    silent_executions: bool = False
    omit_commission_reports: bool = False
    lost_connectivity: bool = False
    notice_2110: bool = False
    raw_rows: tuple[Fields, ...] = ()
    delay_s: float = 0.0
    silent: bool = False
