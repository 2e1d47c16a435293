"""The plots of administration, as Plotly reads them; colours of the theme are put in by the browser."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sciflask_reflex.manage.usage.service import Figures

DONE, FAILED, BARS = "#30a46c", "#e54d2e", "#12a594"
MOST_BARS = 30
MEASURES = {
    "analyses": "Analyses",
    "people_active": "Active people",
    "people_new": "New people",
    "studies": "Studies",
    "failures": "Failed analyses",
    "compute_hours": "Compute hours",
    "bytes": "Gigabytes",
}


FEW = 4
"""Up to here an axis of counts shows every whole number."""
NOTHING = {"text": "Nothing in this time", "showarrow": False, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5, "font": {"size": 14}}


def _layout(title: str, **more: Any) -> dict[str, Any]:
    return {
        "height": 320,
        "margin": {"l": 56, "r": 16, "t": 16, "b": 48},
        "bargap": 0.25,
        "yaxis": {"title": {"text": title}, "rangemode": "tozero", "automargin": True, "tickformat": ",~r"},
        "legend": {"orientation": "h", "y": 1.1, "traceorder": "normal"},
    } | more


def throughput(stretches: Sequence[tuple[datetime, int, int]], *, by: str) -> dict[str, Any]:
    """Return a plot of what ended in each stretch of time."""
    starts = [start.strftime("%Y-%m-%d %H:%M") for start, _, _ in stretches]
    bars = [("Done", DONE, [done for _, done, _ in stretches]), ("Failed", FAILED, [failed for _, _, failed in stretches])]
    data = [{"type": "bar", "name": name, "x": starts, "y": values, "marker": {"color": color}} for name, color, values in bars]
    axis = {"type": "date", "title": {"text": "UTC"}, "automargin": True}
    layout = _layout(f"Analyses in each {by}", barmode="stack", xaxis=axis)
    layout["yaxis"] |= _counts(max((done + failed for _, done, failed in stretches), default=0))
    return {"data": data, "layout": layout | _said(any(done + failed for _, done, failed in stretches))}


def _counts(most: float) -> dict[str, Any]:
    """Return what an axis of counts needs so as not to show halves of analyses."""
    return {"dtick": 1, "range": [0, max(1, most) * 1.05]} if most <= FEW else {}


def _said(anything: object) -> dict[str, Any]:
    """Say in the middle of an empty plot that it is empty."""
    return {} if anything else {"annotations": [NOTHING]}


def usage(rows: Sequence[Figures], measure: str, *, is_time: bool) -> dict[str, Any]:
    """Return a plot of one figure: months upright, everything else lying, the largest on top."""
    values = [(row.key, _value(row, measure)) for row in rows]
    title = MEASURES[measure]
    if is_time:
        data = {"type": "bar", "x": [key for key, _ in values], "y": [value for _, value in values], "marker": {"color": BARS}}
        layout = _layout(title, xaxis={"type": "category", "automargin": True})
        if measure not in ("bytes", "compute_hours"):
            layout["yaxis"] |= _counts(max((value for _, value in values), default=0))
        return {"data": [data], "layout": layout | _said(any(value for _, value in values))}
    most = sorted(values, key=lambda item: -item[1])[:MOST_BARS][::-1]
    data = {
        "type": "bar",
        "orientation": "h",
        "x": [value for _, value in most],
        "y": [key if len(key) <= 40 else f"{key[:39]}…" for key, _ in most],
        "hovertext": [key for key, _ in most],
        "marker": {"color": BARS},
    }
    layout = _layout(
        "", height=max(220, 90 + 24 * len(most)), yaxis={"automargin": True, "type": "category"},
        xaxis={"title": {"text": title}, "rangemode": "tozero", "tickformat": ",~r"},
    )  # fmt: skip
    return {"data": [data], "layout": layout}


def _value(row: Figures, measure: str) -> float:
    value = getattr(row, measure) or 0
    return round(value / 1e9, 3) if measure == "bytes" else round(value, 2)
