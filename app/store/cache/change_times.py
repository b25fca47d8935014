"""When IBKR last reported another quantity or cost of each holding; only new runs are read."""

import json
from collections.abc import Mapping
from datetime import datetime

from app.domain.model.positions import Identity
from app.store.database.readable import ReadConnection

# Which run last changed each holding. A restatement corrects the history, it is no change in TWS.
# The sign keeps SQLite from going through all changes for the sake of their order.
NEWER = """SELECT account, con_id, max(run_id) FROM change JOIN run ON run.id = change.run_id
    WHERE run_id > ? AND kind != 'healed' AND run.status = 'success'
    GROUP BY +account, +con_id"""
TIMES = """SELECT id, coalesce(taken_at, started_at) FROM run
    WHERE id IN (SELECT value FROM json_each(?))"""
UNDONE = """SELECT EXISTS (SELECT 1 FROM run WHERE status = 'undone'
    AND id IN (SELECT value FROM json_each(?)))"""
LAST = "SELECT coalesce(max(id), 0) FROM run"


class ChangeTimes:
    """Remembers the runs of the last changes. Runs on the store's thread."""

    def __init__(self) -> None:
        self._runs: dict[Identity, int] = {}  # the run of the last change
        self._times: dict[int, datetime] = {}  # run -> when its snapshot was taken
        self._last = 0
        self._found: Mapping[Identity, datetime] = {}

    def read(self, database: ReadConnection) -> Mapping[Identity, datetime]:
        """(account, con_id) -> when a sync last found another quantity or cost, or none before.

        The same object while nothing has changed.
        """
        with database.atomic():
            ((is_undone,),) = database.run_sql(UNDONE, (json.dumps(sorted(self._times)),))
            if is_undone:
                self._runs, self._times, self._last = {}, {}, 0
            newer = database.run_sql(NEWER, (self._last,)).fetchall()
            ((self._last,),) = database.run_sql(LAST)
            runs = {run_id for _, _, run_id in newer}
            for run_id, time in database.run_sql(TIMES, (json.dumps(sorted(runs)),)):
                self._times[run_id] = datetime.fromisoformat(time)
        self._runs.update(((account, con_id), run_id) for account, con_id, run_id in newer)
        if newer or is_undone:
            times = self._times
            self._found = {identity: times[run_id] for identity, run_id in self._runs.items()}
        return self._found
