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
    ("en_US", "English (US): 1,234.56"),
    ("en_GB", "English (UK): 1,234.56"),
    ("de_DE", "German: 1.234,56"),
    ("de_CH", "German (Switzerland): 1’234.56"),
    ("fr_FR", "French: 1 234,56"),
    ("fr_CH", "French (Switzerland): 1 234,56"),
    ("es_ES", "Spanish: 1234,56"),
    ("it_IT", "Italian: 1.234,56"),
    ("ja_JP", "Japanese: 1,234.56"),
)
CLOCKS = (
    ("system", "As the numbers' format"),
    ("24h", "24 hours: 16:30"),
    ("12h", "12 hours: 4:30 PM"),
)
LOG_LEVELS = (("warning", "Warnings"), ("info", "Usual"), ("debug", "Everything"))
