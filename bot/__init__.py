"""Wires the parts together and runs them; nobody imports it."""

import os

# PTB then tells durations as timedelta; without it reading one warns that this will come
os.environ.setdefault("PTB_TIMEDELTA", "1")
