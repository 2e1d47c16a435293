import pytest

from pipeline.correlation.pace import Pace, part, seconds_of
from pipeline.toolkit import Progress


def test_steps_take_their_share_of_the_bar():
    seen = []
    progress = Progress(lambda stage, fraction, _: seen.append((stage, round(fraction, 6))))
    pace = Pace(progress, {"a": 1.0, "b": 2.0, "c": 1.0, "write": 1.0})
    assert progress.writing == pytest.approx(0.2)
    report = pace.begin("b", "Second")
    report(0.5)
    pace.expect({"a": 9.0, "b": 9.0, "c": 1.0, "write": 0.0})
    part(pace.begin("c", "Third"), 0.5, 1.0)(0.5)
    assert seen == [("Second", 0.25), ("Second", 0.5), ("Third", 0.75), ("Third", 0.9375)]
    assert progress.writing == 0


def test_what_lies_ahead_shares_what_is_left():
    seen = []
    pace = Pace(Progress(lambda _, fraction, __: seen.append(fraction)), {"a": 1.0, "b": 1.0, "c": 2.0, "write": 0.0})
    pace.begin("a", "")(1.0)
    pace.expect({"b": 2.0, "c": 1.0, "write": 0.0})
    pace.begin("b", "")
    pace.begin("c", "")
    assert seen == pytest.approx([0.0, 0.25, 0.25, 0.75])


def test_seconds_grow_with_the_data():
    small, large = seconds_of(60, 80), seconds_of(200, 20_000)
    assert list(small) == list(large) == ["prepare", "correlate", "order", "draw", "write"]
    assert all(large[step] > small[step] for step in small)
    known = seconds_of(200, 20_000, pairs=1_000, within=[0, 0])
    assert known["order"] < 0.1 < large["order"]
    assert known["correlate"] < large["correlate"]
