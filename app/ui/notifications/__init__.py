"""The tray icon and the desktop's notifications."""
