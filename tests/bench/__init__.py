"""How many people the bot can answer at once, and what it costs, measured on this machine."""

TOKEN = "1234567:TEST-abcdefghijklmnopqrstuvwxyz01234"
