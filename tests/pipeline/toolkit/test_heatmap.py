"""A matrix as a picture: what is in the JSON, what must not be, and the files that are drawn."""

import json
from html import unescape

import numpy as np
import pytest
from plotly import graph_objects

from pipeline.toolkit.heatmap import Cells, Scale, bundle, heatmap, paint
from pipeline.toolkit.plottext import round_for_display, short, text_for_plotly

SCALE = Scale(name="r", limit=1.0, detail="corrected p", caption="Some pairs.")
NASTY = ["<b>bold</b>", "<script>alert(1)</script>", "$\\href{javascript:alert(1)}{x}$", "a & b", "&lt;", "%{y}", "001", "1e5"]


def cells(rows, columns, values, details=None):
    values = np.array(values, dtype=float)
    return Cells(np.array(rows), np.array(columns), values, np.array(details if details is not None else np.full(values.size, 1e-9)))


def picture(names, given):
    return heatmap(given, names, names, row_title="genes", column_title="genes", scale=SCALE)


def test_the_picture_holds_values_and_details_at_their_places():
    trace = picture(["a", "b", "c"], cells([0, 2], [1, 0], [0.123456789, -0.5], [1.23456e-200, 0.01])).plotly["data"][0]
    assert trace["z"] == [[None, 0.1235, None], [None, None, None], [-0.5, None, None]]
    assert trace["customdata"] == [[None, 1.235e-200, None], [None, None, None], [0.01, None, None]]
    assert (trace["x"], trace["y"]) == (["a", "b", "c"], ["a", "b", "c"])
    assert (trace["zmin"], trace["zmid"], trace["zmax"]) == (-1.0, 0, 1.0)
    assert (trace["colorscale"][0][1], trace["colorscale"][-1][1]) == ("#053061", "#67001F")


def test_plotly_accepts_it():
    plotly = picture(["a", "b"], cells([0], [1], [0.5])).plotly
    graph_objects.Figure(plotly)  # raises ValueError for any property that Plotly does not know


def test_the_page_decides_on_colours_of_text_and_background():
    layout = picture(["a", "b"], cells([0], [1], [0.5])).plotly["layout"]
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert "color" not in json.dumps({**layout, "paper_bgcolor": "", "plot_bgcolor": ""}).replace("paper_bgcolor", "").replace(
        "plot_bgcolor", ""
    )
    assert layout["font"]["size"] >= 12


def test_names_are_text_to_plotly():
    figure = heatmap(cells([0], [1], [0.5]), NASTY, NASTY, row_title="<i>x</i> $y$", column_title="b", scale=SCALE)
    trace, layout = figure.plotly["data"][0], figure.plotly["layout"]
    for names in (trace["x"], trace["y"]):
        assert not any(sign in name for name in names for sign in "<>$")
        assert [unescape(name) for name in names] == NASTY
    assert layout["xaxis"]["type"] == layout["yaxis"]["type"] == "category"  # "001" is a name, not a number
    assert not any(sign in layout["yaxis"]["title"]["text"] for sign in "<>$")
    assert not any(sign in label for label in layout["xaxis"]["ticktext"] for sign in "<>$")
    assert len(set(trace["x"])) == len(NASTY)


def test_names_from_people_do_not_enter_the_template():
    template = heatmap(cells([0], [1], [0.5]), NASTY, NASTY, row_title="%{z}", column_title="b", scale=SCALE).plotly["data"][0][
        "hovertemplate"
    ]
    assert template == "%{y}<br>%{x}<br>r = %{z:.4g}<br>corrected p = %{customdata:.3g}<extra></extra>"


def test_thousands_of_rows_share_cells_and_the_strongest_shows():
    side = 3_000
    names = [f"f{i}" for i in range(side)]
    random = np.random.default_rng(0)
    given = cells(random.integers(0, side, 5_000), random.integers(0, side, 5_000), random.uniform(-0.9, 0.9, 5_000))
    given.values[17] = -0.95
    figure = picture(names, given)
    z = np.array(figure.plotly["data"][0]["z"], dtype=float)
    assert max(z.shape) <= 700
    size = -(-side // 700)
    assert z[given.rows[17] // size, given.columns[17] // size] == -0.95
    assert figure.plotly["data"][0]["y"][0] == f"f0 … f{size - 1} ({size})"
    assert f"{size} × {size} neighbouring cells" in figure.caption
    assert len(json.dumps(figure.plotly)) < 8e6


def test_700_rows_are_shown_one_by_one_and_701_are_not():
    assert bundle([str(i) for i in range(700)])[1] == 1
    names, size = bundle([str(i) for i in range(701)])
    assert (size, len(names), names[0], names[-1]) == (2, 351, "0 … 1 (2)", "700 … 700 (1)")


def test_many_names_are_written_sparsely_and_long_ones_not_at_all():
    def axis(names):
        return picture(names, cells([0], [1], [0.5])).plotly["layout"]["xaxis"]

    assert len(axis([f"f{i}" for i in range(60)])["ticktext"]) == 60
    assert axis([f"f{i}" for i in range(61)])["nticks"] == 40
    assert axis([f"{'long' * 5}{i}" for i in range(61)])["showticklabels"] is False


def test_painting_leaves_the_rest_empty():
    values, details = paint(cells([0, 0], [1, 1], [-0.9, 0.3], [1.0, 2.0]), (2, 2))
    assert values[0, 1] == -0.9
    assert details[0, 1] == 1.0
    assert np.isnan(values).sum() == 3


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_drawing_gives_the_same_bytes_twice(tmp_path, suffix):
    figure = picture([*NASTY, "名前", "x" * 200], cells([0, 3], [1, 2], [0.5, -0.5]))
    for name in ("one", "two"):
        figure.draw(tmp_path / f"{name}.{suffix}")
    one = (tmp_path / f"one.{suffix}").read_bytes()
    assert one == (tmp_path / f"two.{suffix}").read_bytes()
    assert one.startswith(b"\x89PNG" if suffix == "png" else b"<?xml")
    if suffix == "svg":
        assert b"<script>" not in one
        assert b"javascript:alert(1)}{x}$" in one  # drawn letter by letter, not as mathematics


def test_a_large_matrix_draws_within_a_small_file(tmp_path):
    side = 2_000
    random = np.random.default_rng(0)
    given = cells(random.integers(0, side, 9_000), random.integers(0, side, 9_000), random.uniform(-1, 1, 9_000))
    figure = picture([f"f{i}" for i in range(side)], given)
    figure.draw(tmp_path / "x.svg")
    assert (tmp_path / "x.svg").stat().st_size < 2_000_000


def test_a_single_cell_is_a_picture(tmp_path):
    heatmap(cells([0], [0], [1.0]), ["a"], ["b"], row_title="x", column_title="y", scale=SCALE).draw(tmp_path / "x.png")
    assert (tmp_path / "x.png").stat().st_size > 1_000


def test_display_rounding_and_short_names():
    assert round_for_display(np.array([[np.nan, np.inf, 1 / 3, 1e-300]])) == [[None, None, 0.3333, 1e-300]]
    assert short("short") == "short"
    assert short("a" * 40 + "z") == "a" * 21 + "…" + "a" * 9 + "z"
    assert text_for_plotly("a<b>$1 & c") == "a&lt;b&gt;&#36;1 &amp; c"
