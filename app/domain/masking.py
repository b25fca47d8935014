"""Hides account numbers in texts that leave the computer."""

import re
from collections.abc import Iterable

# IBKR's numbers: U1234567, DU1234567, F1234567, DF…, I…; and what hangs on them, like U1234567A.
NUMBER = re.compile(r"\b(D?[UFI])(\d{4,})([A-Z]?)\b")
SHOWN = 2  # digits


def masked(text: str, accounts: Iterable[str] = ()) -> str:
    """ "U1234567" -> "U…67", wherever it stands.

    Args:
        accounts: known numbers, whatever they look like.
    """
    text = NUMBER.sub(lambda found: f"{found[1]}…{found[2][-SHOWN:]}{found[3]}", text)
    for account in sorted(accounts, key=len, reverse=True):
        text = text.replace(account, f"{account[:1]}…{account[-SHOWN:]}")
    return text
