"""What people read for the stored words of runs and changes."""

from app.domain.model.positions import ChangeKind
from app.domain.model.runs import ALL_ACCOUNTS, Run, Trigger
from app.domain.text.messages import message, message_in

CHANGE_TITLES = {
    # Translators: what happened to a position, in a column of their own.
    ChangeKind.CREATED: message_in("change", "Created"),
    ChangeKind.UPDATED: message_in("change", "Updated"),
    ChangeKind.INCREASED: message_in("change", "Increased"),
    ChangeKind.REDUCED: message_in("change", "Reduced"),
    # Translators: quantity or cost differ without an execution, as after a stock split.
    ChangeKind.ADJUSTED: message_in("change", "Adjusted"),
    ChangeKind.CLOSED: message_in("change", "Closed"),
    # Translators: from long to short, or from short to long.
    ChangeKind.REVERSED: message_in("change", "Reversed"),
    ChangeKind.EXPIRED: message_in("change", "Expired"),
    ChangeKind.EXERCISED: message_in("change", "Exercised"),
    ChangeKind.ASSIGNED: message_in("change", "Assigned"),
    # Translators: to another account.
    ChangeKind.MOVED: message_in("change", "Moved"),
    # Translators: earlier figures were corrected by executions that came to be known later.
    ChangeKind.HEALED: message_in("change", "Restated"),
}
TRIGGER_TITLES = {
    # Translators: who or what started a run, in a column of its own.
    Trigger.MANUAL: message_in("run", "Manual"),
    Trigger.CALLBACK: message_in("run", "Automatic"),
    Trigger.SCHEDULE: message_in("run", "Schedule"),
    # Translators: the start of the program.
    Trigger.STARTUP: message_in("run", "Start-up"),
    Trigger.CLI: message_in("run", "Command line"),
    Trigger.API: message_in("run", "API"),
    Trigger.FLEX: message_in("run", "Flex import"),
}
EVERY_ACCOUNT = message("All accounts")


def account_text(run: Run) -> str:
    """What the run has synced."""
    return EVERY_ACCOUNT if run.account_id == ALL_ACCOUNTS else run.account_id
