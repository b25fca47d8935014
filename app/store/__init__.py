"""The trader's SQLite file. All SQL lies here; it decides nothing about positions."""
