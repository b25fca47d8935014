"""The name that stands for all accounts."""

ALL_ACCOUNTS = "All"
