"""The dialogs of the page: a query, a token, the days of a history, and the guide."""
