"""The dialog's pages, and the settings' values to choose from, each with its text."""

CONNECTION = "Connection"
SYNCING = "Syncing"
LOOK = "Look"
NOTIFICATIONS = "Notifications"
STORAGE = "Database & log"
GROUPS = (CONNECTION, SYNCING, LOOK, NOTIFICATIONS, STORAGE)

THEMES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))
LOCALES = (
    ("system", "As the system"),
    ("en_US", "English (US)"),
    ("en_GB", "English (UK)"),
    ("de_DE", "German"),
    ("de_CH", "German (Switzerland)"),
    ("fr_FR", "French"),
    ("fr_CH", "French (Switzerland)"),
    ("es_ES", "Spanish"),
    ("it_IT", "Italian"),
    ("ja_JP", "Japanese"),
)
CLOCKS = (
    ("system", "As the number format"),
    ("24h", "24 hours: 16:30"),
    ("12h", "12 hours: 4:30 PM"),
)
LOG_LEVELS = (("warning", "Warnings"), ("info", "Usual"), ("debug", "Everything"))
