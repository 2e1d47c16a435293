"""The controls that a declaration gives: sliders where they help, with steps that people count in."""

import html
import re

import pytest

from pipeline.toolkit import Parameter
from sciflask_reflex.instant.control_fields import controls, steps
from sciflask_reflex.instant.view import live_view


def number(kind="number", **bounds) -> Parameter:
    return Parameter("x", kind, "X", "Help.", 1, **bounds)


@pytest.mark.parametrize(
    ("parameter", "wanted"),
    [
        (number(ge=0.1, le=20), (0.1, 20, 0.1)),
        (number(ge=0, le=1), (0, 1, 0.01)),
        (number(gt=0, lt=1), (0.01, 0.99, 0.01)),
        (number(ge=0, le=2), (0, 2, 0.01)),
        (number(ge=-1000, le=1000), (-1000, 1000, 10)),
        (number(ge=0, le=1e-6), (0, 1e-6, 1e-8)),
        (number("integer", ge=20, le=1000), (20, 1000, 1)),
        (number("integer", gt=0, lt=10), (1, 9, 1)),
        (number("integer", ge=0, le=10**9), None),
        (number(ge=0), None),
        (number(), None),
        (number(ge=1, le=1), None),
    ],
)
def test_a_slider_goes_from_end_to_end_in_plain_steps(parameter, wanted):
    found = steps(parameter)
    assert found == (pytest.approx(wanted) if wanted else None)


def test_every_parameter_has_its_control(live_tools):
    text = html.unescape(str(controls(live_tools["live-kinds"]))).replace(" ", "")
    sliders = set(re.findall(r'"data-of":"(\w+)"', text))
    assert sliders == {"width", "share", "count", "deep"}
    for name in ("width", "share", "count", "code", "free", "on", "method", "colour", "parts.a", "span.from", "span.to", "deep", "label"):
        assert f'name:"{name}"' in text, name
    assert 'name:"seed"' not in text


def test_a_tool_that_draws_has_a_field_for_the_seed(live_tools):
    assert 'name:"seed"' in str(controls(live_tools["smoothing"])).replace(" ", "")


def test_the_page_has_what_people_look_for(live_tools):
    text = html.unescape(str(live_view(live_tools["smoothing"])))
    for words in ("Reset", "Download all", "Controls", "Result", "Copy"):
        assert words in text
    assert "aria-busy" in text
