"""Running without a window: `watch`, `serve`, and the events that they print."""
