"""A network as a picture: where the nodes lie, and what the browser draws. The same network always lies the same way."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.toolkit.plottext import text_for_plotly

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.toolkit.outputs import Network

MOST_NODES = 400
"""More are not drawn: those with the most edges are, and the caption says so."""
MOST_NAMES = 40
STEPS = 200
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
"""Okabe and Ito's, for the groups; further groups are grey."""
EDGE, POSITIVE, NEGATIVE = "#8b8d98", "#b2182b", "#2166ac"
WIDTHS = (0.8, 1.6, 2.6, 4.0)
HIDDEN = {"visible": False, "showgrid": False, "zeroline": False}


def drawn(network: "Network") -> tuple[dict[str, Any], str]:
    """Return the picture of a network as Plotly's data and layout, and a sentence where not all of it is drawn."""
    nodes, edges, cut = _most_connected(network.nodes, network.edges)
    place = {name: number for number, name in enumerate(nodes["id"])}
    ends = np.array([[place[a], place[b]] for a, b in zip(edges["source"], edges["target"], strict=True)], dtype=int).reshape(-1, 2)
    where = _positions(len(nodes), ends)
    layout = {
        "xaxis": HIDDEN,
        "yaxis": HIDDEN | {"scaleanchor": "x"},
        "height": 560,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "hovermode": "closest",
        "showlegend": "group" in nodes,
        "legend": {"orientation": "h", "y": -0.02, "yanchor": "top"},
    }
    return {"data": [*_lines(edges, ends, where), *_points(nodes, where)], "layout": layout}, cut


def _most_connected(nodes: "pd.DataFrame", edges: "pd.DataFrame") -> tuple["pd.DataFrame", "pd.DataFrame", str]:
    if len(nodes) <= MOST_NODES:
        return nodes.reset_index(drop=True), edges, ""
    counted = edges["source"].value_counts().add(edges["target"].value_counts(), fill_value=0)
    degree = nodes["id"].map(counted).fillna(0).to_numpy()
    kept = nodes.iloc[np.sort(np.argsort(-degree, kind="stable")[:MOST_NODES])].reset_index(drop=True)
    among = edges["source"].isin(kept["id"]) & edges["target"].isin(kept["id"])
    return kept, edges[among], f"The picture shows the {MOST_NODES} of {len(nodes):,} nodes that have the most edges; the tables hold all."


def _positions(count: int, ends: NDArray[np.int_]) -> NDArray[np.float64]:
    """Lay nodes out as if edges were springs and nodes pushed each other away (Fruchterman and Reingold, 1991)."""
    angle = np.arange(count) * 2.399963  # the golden angle: a start that never puts two nodes on each other
    where = np.sqrt((np.arange(count) + 0.5) / max(count, 1))[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))
    best = 1.2 / np.sqrt(max(count, 1))
    for heat in np.linspace(0.2, 0.002, STEPS):
        apart = where[:, None, :] - where[None, :, :]
        distance = np.maximum(np.hypot(apart[..., 0], apart[..., 1]), 1e-3)
        push = (apart * (best**2 / distance**2)[..., None]).sum(axis=1)
        along = where[ends[:, 0]] - where[ends[:, 1]]
        pull = along * (np.hypot(along[:, 0], along[:, 1]) / best)[:, None]
        np.add.at(push, ends[:, 0], -pull)
        np.add.at(push, ends[:, 1], pull)
        push -= 0.4 * where  # keeps parts that hang together by nothing from drifting away
        length = np.maximum(np.hypot(push[:, 0], push[:, 1]), 1e-9)
        where = where + push / length[:, None] * np.minimum(length, heat)[:, None]
    return where


def _lines(edges: "pd.DataFrame", ends: NDArray[np.int_], where: NDArray[np.float64]) -> list[dict[str, Any]]:
    """Return the edges as a few traces: one for each width and sign."""
    weights = edges["weight"].to_numpy(dtype=float) if "weight" in edges else np.ones(len(ends))
    weights = np.nan_to_num(weights)
    most = float(np.abs(weights).max(initial=0.0)) or 1.0
    signed = bool((weights < 0).any())
    step = np.minimum((np.abs(weights) / most * len(WIDTHS)).astype(int), len(WIDTHS) - 1) if "weight" in edges else np.ones(len(ends), int)
    traces = []
    for number, width in enumerate(WIDTHS):
        for negative in (False, True):
            chosen = ends[(step == number) & ((weights < 0) == negative)]
            if len(chosen):
                colour = (NEGATIVE if negative else POSITIVE) if signed else EDGE
                traces.append(_line(where[chosen], width, colour))
    return traces


def _line(segments: NDArray[np.float64], width: float, colour: str) -> dict[str, Any]:
    gap = np.full((len(segments), 1), np.nan)
    x, y = (np.hstack((segments[:, :, axis], gap)).ravel().round(4).tolist() for axis in (0, 1))
    line = {"color": colour, "width": width}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "opacity": 0.6, "hoverinfo": "skip", "showlegend": False}


def _points(nodes: "pd.DataFrame", where: NDArray[np.float64]) -> list[dict[str, Any]]:
    """Return the nodes, one trace for each group."""
    groups = nodes["group"].astype(str) if "group" in nodes else nodes["id"].astype(str).map(lambda _: "")
    texts = [_told(row) for row in nodes.drop(columns=["id"]).to_dict("records")]
    mode = "markers+text" if len(nodes) <= MOST_NAMES else "markers"
    traces = []
    for number, group in enumerate(dict.fromkeys(groups)):
        chosen = np.flatnonzero((groups == group).to_numpy())
        names = [_plain(nodes["id"].iloc[place]) for place in chosen]
        traces.append(
            {
                "type": "scatter",
                "mode": mode,
                "name": _plain(group),
                "x": where[chosen, 0].round(4).tolist(),
                "y": where[chosen, 1].round(4).tolist(),
                "text": names,
                "textposition": "top center",
                "hovertext": [
                    "<br>".join(part for part in (f"<b>{name}</b>", texts[place]) if part)
                    for name, place in zip(names, chosen, strict=True)
                ],
                "hoverinfo": "text",
                "marker": {"size": 12, "color": COLOURS[min(number, len(COLOURS) - 1)], "line": {"color": "#ffffff", "width": 1}},
            }
        )
    return traces


def _told(row: dict[Any, Any]) -> str:
    return "<br>".join(f"{_plain(name)}: {_plain(value)}" for name, value in row.items())


def _plain(value: Any) -> str:
    return text_for_plotly(f"{value:.4g}" if isinstance(value, float) else str(value))
