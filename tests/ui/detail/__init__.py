"""The pane of details: what it shows, and how notes and tags are written in it."""
