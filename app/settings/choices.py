"""What settings can be chosen from: (value, its text) ..., in the dialog's order."""

from app.domain.text.messages import message
from app.platform import language

LANGUAGES = (("system", message("System")), *language.LANGUAGES.items())
THEMES = (("system", message("System")), ("light", message("Light")), ("dark", message("Dark")))
LOCALES = (
    ("system", message("System")),
    ("en_US", message("English (US)")),
    ("en_GB", message("English (UK)")),
    ("de_DE", message("German")),
    ("de_CH", message("German (Switzerland)")),
    ("fr_FR", message("French")),
    ("fr_CH", message("French (Switzerland)")),
    ("es_ES", message("Spanish")),
    ("it_IT", message("Italian")),
    ("ja_JP", message("Japanese")),
)
CLOCKS = (
    ("system", message("Same as the number format")),
    ("24h", message("24 hours: 16:30")),
    ("12h", message("12 hours: 4:30 PM")),
)
LOG_LEVELS = (
    ("warning", message("Warnings")),
    ("info", message("Normal")),
    ("debug", message("Everything")),
)
