"""``python -m bot.drawing``: a plot as JSON comes in, a picture as PNG goes out.

A process of its own: matplotlib takes 80 MB and half a second, which the bot need not.
"""

import io
import json
import sys
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

COLOURS = ("#0072b2", "#e69f00", "#d55e00", "#999999")
"""Told apart by the colour-blind, too."""
PAPER, INK, GRID = "#ffffff", "#1f2933", "#d5dbe1"
"""Of its own, so that it can be read in a dark chat and in a light one."""
WIDTH, HEIGHT, DOTS = 8.0, 3.1, 120
"""Inches of a panel; dots an inch. A phone shows the picture with letters of 3 mm."""
NAMED = 7
"""Days that have their name under them, at most."""


def draw(plot: dict[str, Any]) -> bytes:
    """``plot``: the fields of ``data.model.plots.Plot``."""
    panels = plot["panels"]
    # DejaVu Sans comes with matplotlib and has the letters of all our languages
    figure = Figure(figsize=(WIDTH, HEIGHT * len(panels)), dpi=DOTS, facecolor=PAPER)
    figure.suptitle(plot["title"], color=INK, fontsize=15, fontweight="bold")
    axes = figure.subplots(len(panels), 1, squeeze=False)
    for panel, (place,) in zip(panels, axes, strict=True):
        _draw_panel(place, panel, plot["days"])
    figure.tight_layout(h_pad=1.5)
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()


def _draw_panel(axes: Axes, panel: dict[str, Any], days: list[str]) -> None:
    axes.set_title(panel["title"], color=INK, fontsize=13, loc="left")
    (_draw_lines if panel["form"] == "line" else _draw_bars)(axes, panel["series"])
    axes.set_facecolor(PAPER)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, labelsize=11)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    step = -(-len(days) // NAMED)
    last = len(days) - 1
    named = range(last, -1, -step)
    axes.set_xticks(list(named), [days[each] for each in named])
    axes.set_xlim(-0.6, last + 0.6)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:,.0f}".replace(",", "\u00a0"))
    )
    if len(panel["series"]) > 1:
        axes.legend(loc="upper left", fontsize=11, frameon=False, labelcolor=INK, ncols=4)


def _draw_lines(axes: Axes, series: list[dict[str, Any]]) -> None:
    top = max((value or 0 for each in series for value in each["values"]), default=0)
    for each, colour in zip(series, COLOURS, strict=False):
        values = [float("nan") if value is None else value for value in each["values"]]
        days = range(len(values))
        axes.plot(days, values, color=colour, linewidth=2.5, marker="o", label=each["label"])
    axes.set_ylim(top=max(1, top) * 1.25)


def _draw_bars(axes: Axes, series: list[dict[str, Any]]) -> None:
    below = [0] * max((len(each["values"]) for each in series), default=0)
    for each, colour in zip(series, COLOURS, strict=False):
        values = [value or 0 for value in each["values"]]
        axes.bar(range(len(values)), values, bottom=below, color=colour, label=each["label"])
        below = [low + value for low, value in zip(below, values, strict=True)]
    # room for the legend above the highest
    axes.set_ylim(top=max(1, *below) * 1.25)


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(json.load(sys.stdin)))
