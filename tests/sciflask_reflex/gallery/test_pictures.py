"""Plot, heatmap and Plotly: made for whoever asks, bounded, kept by nobody; what chance does can be repeated where it should."""

import json
import struct
import time
from contextlib import ExitStack

import httpx
import numpy as np
import pytest
from starlette.applications import Starlette

import sciflask_reflex.sciflask_reflex
from sciflask_reflex.errors import Invalid, TooOften, Unavailable
from sciflask_reflex.gallery import answering, drawing
from sciflask_reflex.gallery.feature import feature
from sciflask_reflex.gallery.lessons.heatmap import RULE, HeatmapState, heatmap, seed_of
from sciflask_reflex.gallery.lessons.plot import STEPS, PlotState, plot, walk
from sciflask_reflex.gallery.lessons.plotly import PlotlyState
from sciflask_reflex.identity.buckets import Buckets, burst

assert sciflask_reflex.sciflask_reflex.app
pytestmark = pytest.mark.anyio
BAD_SEEDS = ["-1", "abc", "1.5", str(2**32), "9" * 5000, "", "0x10", "<b>", "1;2"]


async def ask(path, count=1):
    """Return the answers of the gallery's own routes."""
    app = Starlette(routes=list(feature.routes))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        return [await client.get(path) for _ in range(count)]


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Nobody has asked for anything yet."""
    monkeypatch.setattr(answering, "_buckets", Buckets())


def size_of(png):
    return struct.unpack(">II", png[16:24])


def test_a_heatmap_is_a_function_of_its_seed_and_of_one_size():
    one, again, other = (drawing._styled(lambda seed=seed: heatmap(seed)) for seed in (7, 7, 8))
    assert one == again != other
    assert size_of(one) == size_of(other) == (640, 440)


@pytest.mark.parametrize("seed", ["0", "7", str(2**32 - 1)])
def test_a_seed_is_read(seed):
    assert seed_of({"seed": seed}) == int(seed)


@pytest.mark.parametrize("seed", BAD_SEEDS)
def test_other_seeds_get_a_sentence(seed):
    with pytest.raises(Invalid, match="whole number"):
        seed_of({"seed": seed})


def test_without_a_seed_chance_chooses():
    assert len({seed_of({}) for _ in range(20)}) > 15


async def test_the_picture_has_an_address_and_is_kept_by_nobody():
    first, second = await ask("/heatmap.png?seed=7", 2)
    assert first.content == second.content
    assert first.headers["content-type"] == "image/png"
    assert first.headers["cache-control"] == "no-store"
    one, other = await ask("/heatmap.png", 2)
    assert one.content != other.content


@pytest.mark.parametrize("seed", BAD_SEEDS)
async def test_the_address_of_the_picture_explains_a_bad_seed(seed):
    (answer,) = await ask(f"/heatmap.png?seed={seed.replace('<', '%3C')}")
    assert (answer.status_code, answer.text, answer.headers["cache-control"]) == (422, RULE, "no-store")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_whoever_asks_too_often_is_told_to_wait(monkeypatch):
    monkeypatch.setattr(answering, "CROWD", 1)
    answers = await ask("/plotly/2d.json", int(burst(60)) + 3)
    assert answers[0].status_code == 200
    assert (answers[-1].status_code, answers[-1].headers["retry-after"]) == (429, "5")
    assert answers[-1].text == answering.TOO_FAST


async def test_only_so_many_wait_for_a_picture():
    with ExitStack() as waiting:
        for _ in range(drawing.PLACES.each):
            waiting.enter_context(drawing.PLACES.take("x"))
        with pytest.raises(TooOften, match="Too many pictures"):
            await drawing.drawn("x", lambda: 1)
        assert await drawing.drawn("somebody else", lambda: 1) == 1
    assert await drawing.drawn("x", lambda: 1) == 1


async def test_nobody_waits_for_a_picture_for_ever(monkeypatch):
    monkeypatch.setattr(drawing, "SECONDS", 0.05)
    with pytest.raises(Unavailable, match="took too long"):
        await drawing.drawn("x", lambda: time.sleep(0.3))
    monkeypatch.setattr(drawing, "SECONDS", 20)
    assert await drawing.drawn("x", lambda: "next") == "next"
    assert drawing.PLACES.taken == 0


async def test_the_loop_goes_on_while_a_picture_is_drawn():
    import asyncio

    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(0.005)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await drawing.drawn("x", lambda: time.sleep(0.2))
    ticking.cancel()
    assert ticks > 5


async def test_plotly_gets_numbers_that_are_right():
    (flat,), (solid,) = await ask("/plotly/2d.json"), await ask("/plotly/3d.json")
    figure = flat.json()
    x, y = (np.array(figure["data"][1][name]) for name in "xy")
    assert np.allclose(y, np.exp(-0.2 * x) * np.cos(2 * x), atol=1e-3)
    surface = solid.json()["data"][0]
    z = np.array(surface["z"])
    assert z.shape == (len(surface["y"]), len(surface["x"])) == (61, 61)
    assert z[30, 30] == 1
    assert z[30, 45] == pytest.approx(np.sin(6) / 6, abs=1e-4)
    assert len(flat.content) + len(solid.content) < 100_000
    assert "NaN" not in json.dumps(solid.json())


@pytest.mark.parametrize(
    ("asked", "shown"), [("2d", "2d"), ("3d", "3d"), ("4d", ""), ("", ""), ("2D", ""), ("../2d", ""), ("x" * 3000, "")]
)
async def test_the_address_chooses_the_plot(sqlite, keys, desk, asked, shown):
    async with desk() as it:
        tab = it.tab(path=f"/gallery/plotly/{asked}", query={"dimensions": asked})
        await tab.send(PlotlyState.load)
        state = await tab.state(PlotlyState)
        assert state.shown == shown
        assert ("There are two: 2d and 3d." in state.fault) is (not shown)
        assert len(state.fault) < 120
        assert it.faults == []


async def test_the_heatmap_page_takes_its_seed_from_the_address_or_from_chance(sqlite, keys, desk):
    async with desk() as it:
        tab = it.tab(path="/gallery/heatmap?seed=7")
        await tab.send(HeatmapState.load)
        assert (await tab.state(HeatmapState)).seed == "7"
        tab.path = "/gallery/heatmap?seed=abc"
        await tab.send(HeatmapState.load)
        state = await tab.state(HeatmapState)
        assert (state.seed, state.fault) == ("", RULE)
        tab.path, seeds = "/gallery/heatmap", set()
        for _ in range(5):
            await tab.send(HeatmapState.load)
            seeds.add((await tab.state(HeatmapState)).seed)
        await tab.send(HeatmapState.another)
        assert len(seeds) > 3
        assert (await tab.state(HeatmapState)).fault == ""


def test_a_walk_takes_steps_of_one_and_repeats_with_its_source_of_chance():
    one, again, other = (walk(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.size == STEPS + 1
    assert one[0] == 0
    assert set(np.abs(np.diff(one))) == {1}
    assert (one == again).all()
    assert (one != other).any()


def test_a_plot_is_svg_and_small():
    svg = drawing._styled(lambda: plot(walk(np.random.default_rng(3)), "Walked at 10:00"))
    assert svg.startswith(b"<?xml")
    assert b"Walked at 10:00" in svg
    assert b"<script" not in svg
    assert len(svg) < 60_000


async def test_each_visit_has_a_plot_of_its_own(sqlite, keys, desk):
    async with desk() as it:
        tab, pictures = it.tab(path="/gallery/plot"), []
        for _ in range(2):
            await tab.send(PlotState.draw)
            pictures.append((await tab.state(PlotState)).picture)
        assert all(picture.startswith("data:image/svg+xml;base64,") for picture in pictures)
        assert pictures[0] != pictures[1]
        assert it.faults == []
