"""The desktop that the program runs on: applications menu, start at login, display."""
