"""The ways in which the simulated TWS can misbehave, as real ones were seen to."""

from dataclasses import dataclass

from app.broker.simulator.server.protocol import Fields


@dataclass(slots=True)
class Faults:
    """Switches that a test may set at any time; each holds for what is asked afterwards.

    Attributes:
        silent_handshake: the connection is taken, the greeting is never answered.
        silent_positions: reqPositions is never answered.
        positions_end_after: so many position rows, then silence.
        drop_after_rows: so many position rows, then the connection is cut.
        error_on_positions: (code, text) of the error that answers reqPositions, without an end.
        silent_account_updates: reqAccountUpdates and reqAccountUpdatesMulti are never answered.
        silent_executions: reqExecutions is never answered.
        omit_commission_reports: executions come without their commission reports.
        lost_connectivity: error 1100 follows the connection's notices.
        notice_2110: notice 2110 (TWS has lost IBKR's servers) follows them.
        raw_rows: messages sent in the place of position rows, each with all its fields.
        delay_s: seconds before each request is looked at.
        silent: nothing is answered and nothing pushed, over connections that stay open.
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
