"""Wires the parts together and runs them; nobody imports it."""

import os
import sys

# PTB then tells durations as timedelta; without it reading one warns that this will come
os.environ.setdefault("PTB_TIMEDELTA", "1")

# httpx, which PTB imports and we do not use, would load its command line: 5 MB and 0.1 s where
# the packages for that are installed. It expects them to be missing.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # what Python reads as “none”
