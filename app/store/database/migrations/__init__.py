"""The schema, version by version. A migration that was shipped is never edited."""
