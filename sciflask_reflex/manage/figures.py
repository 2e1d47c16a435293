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


def _layout(title: str, **more: Any) -> dict[str, Any]:
    return {
        "height": 320,
        "margin": {"l": 56, "r": 16, "t": 16, "b": 48},
        "bargap": 0.25,
        "yaxis": {"title": {"text": title}, "rangemode": "tozero", "automargin": True, "tickformat": ",~r"},
        "legend": {"orientation": "h", "y": 1.1},
    } | more


def throughput(stretches: Sequence[tuple[datetime, int, int]], *, by: str) -> dict[str, Any]:
    """Return a plot of what ended in each stretch of time."""
    starts = [start.strftime("%Y-%m-%d %H:%M") for start, _, _ in stretches]
    bars = [("Done", DONE, [done for _, done, _ in stretches]), ("Failed", FAILED, [failed for _, _, failed in stretches])]
    data = [{"type": "bar", "name": name, "x": starts, "y": values, "marker": {"color": color}} for name, color, values in bars]
    axis = {"type": "date", "title": {"text": "UTC"}, "automargin": True}
    return {"data": data, "layout": _layout(f"Analyses in each {by}", barmode="stack", xaxis=axis)}


def usage(rows: Sequence[Figures], measure: str, *, is_time: bool) -> dict[str, Any]:
    """Return a plot of one figure: months upright, everything else lying, the largest on top."""
    values = [(row.key, _value(row, measure)) for row in rows]
    title = MEASURES[measure]
    if is_time:
        data = {"type": "bar", "x": [key for key, _ in values], "y": [value for _, value in values], "marker": {"color": BARS}}
        return {"data": [data], "layout": _layout(title, xaxis={"type": "category", "automargin": True})}
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
