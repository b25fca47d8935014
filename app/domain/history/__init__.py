"""The past as a trader asks for it: a position's history, what was closed, what happened since."""
