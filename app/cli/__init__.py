"""The command line: options, commands, and what they print. It decides nothing about positions."""
