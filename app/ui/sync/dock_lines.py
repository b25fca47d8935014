"""The titles of the lines in the dock of the last sync; each names its value there."""

from app.domain.text.messages import message, message_in

# section -> its lines
LINES = {
    message("Connection"): (
        message("Status"),
        "TWS",
        message_in("trading mode", "Mode"),
        message("Live updates"),
    ),
    message("Last sync"): (
        message_in("last sync", "When"),
        message("Result"),
        message_in("last sync", "Check"),
        message("Changes"),
        message("Duration"),
    ),
    message("Statements"): (message("Last fetch"), message_in("last fetch", "Outcome")),
}
ALL_SYNCS = message("All syncs")
TOTALS = {
    ALL_SYNCS: (
        message_in("totals", "Syncs"),
        message_in("totals", "Successful"),
        message_in("totals", "Failed"),
        message_in("totals", "Automatic"),
    ),
    message("Positions over all syncs"): (
        message_in("totals", "Created"),
        message_in("totals", "Updated"),
        message_in("totals", "Closed"),
    ),
}
