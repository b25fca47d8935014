"""Prints the window's tree as a screen reader gets it over AT-SPI, as JSON lines.

Runs with the system's Python, which has pyatspi. Its arguments are the beginnings of the names that
it waits for.
"""

import json
import sys
import time

import pyatspi  # type: ignore[import-not-found]

MOST_CHILDREN = 60  # of one node; a table's cells say nothing new after that
MOST_DEPTH = 14
LIMIT_S = 90
AGAIN_S = 0.3


def walk(node, depth=0):  # type: ignore[no-untyped-def]
    """Yields what a screen reader knows of the node and of those below it."""
    states = {pyatspi.stateToString(state) for state in node.getState().getStates()}
    yield {
        "depth": depth,
        "role": node.getRoleName(),
        "name": node.name,
        "description": node.description,
        "focusable": "focusable" in states,
        "showing": "showing" in states,
        "labels": [
            relation.getTarget(0).name
            for relation in node.getRelationSet()
            if relation.getRelationType() == pyatspi.RELATION_LABELLED_BY
        ],
    }
    if depth < MOST_DEPTH:
        for number in range(min(node.childCount, MOST_CHILDREN)):
            child = node.getChildAtIndex(number)
            if child is not None:
                yield from walk(child, depth + 1)


def read(wanted):  # type: ignore[no-untyped-def]
    """The nodes, once all wanted beginnings of names are among them, or all that came in time."""
    end, nodes = time.monotonic() + LIMIT_S, []
    while time.monotonic() < end:
        try:
            nodes = [each for app in pyatspi.Registry.getDesktop(0) if app for each in walk(app)]
        except Exception as error:
            sys.stderr.write(f"{error}\n")
            nodes = []
        names = [node["name"] for node in nodes if node["showing"]]
        if all(any(name.startswith(start) for name in names) for start in wanted):
            break
        time.sleep(AGAIN_S)
    return nodes


if __name__ == "__main__":
    for each in read(sys.argv[1:]):
        sys.stdout.write(json.dumps(each) + "\n")
