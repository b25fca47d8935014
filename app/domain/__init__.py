"""The rules, and the values they work on. It reads no file, opens no socket, and knows no clock."""
