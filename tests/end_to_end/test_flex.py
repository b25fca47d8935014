"""A Flex statement through the command line: what it heals, what it says, what it refuses."""

from pathlib import Path

import pytest

from tests.end_to_end.driver import Program, one_sentence, same
from tests.end_to_end.scripted_tws import Contract, Held, ScriptedTws
from tests.flex.files import FUTURE, account_statement, document, saved, trade, written

AAPL = Contract(265598, "AAPL")
SPY = Contract(756733, "SPY")
LONG = Held(AAPL, "100", "100.0", "110.0", "11000.0", "1000.0")
KEPT = Held(SPY, "5", "500.0", "510.0", "2550.0", "50.0")
SOLD = trade(accountId="")
