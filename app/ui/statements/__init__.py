"""Fetching Flex statements in the window: the settings page, its dialogs, and what they show.

It asks `sync` to fetch and `platform` to keep tokens; a token's text goes nowhere else.
"""
