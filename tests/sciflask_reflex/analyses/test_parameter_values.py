"""From parameters to controls and back."""

from dataclasses import dataclass
from typing import Annotated, Literal

import pytest

from pipeline.toolkit import Metrics, SampleTable, parameter, tool
from sciflask_reflex.analyses.parameter_values import chosen_of, filled_in, texts_of


@dataclass
class Answer:
    numbers: Metrics


@tool(slug="kinds", title="Kinds", summary="Every kind of field.")
def kinds(
    table: SampleTable,
    *,
    window: Annotated[int | None, parameter(title="Window", description="Width.", ge=1)] = None,
    span: Annotated[tuple[float, float] | None, parameter(title="Span", description="From, to.")] = (0.5, 2.0),
    figures: Annotated[list[Literal["mean", "median"]], parameter(title="Figures", description="Which.")] = ("mean",),  # type: ignore[assignment]
    smooth: Annotated[bool, parameter(title="Smooth", description="Or not.")] = False,
    careful: Annotated[bool, parameter(title="Careful", description="Or not.", show_when={"smooth": True})] = True,
    deep: Annotated[bool, parameter(title="Deep", description="Or not.", show_when={"careful": True})] = True,
) -> Answer:
    """Show every kind of field."""
    raise NotImplementedError


DEFAULTS = {p.name: p.default for p in kinds.parameters}


def test_controls_begin_with_the_values():
    assert texts_of(kinds, DEFAULTS | {"window": 3}) == {
        "window": "3", "span": "0.5, 2", "span.from": "0.5", "span.to": "2", "figures": "mean", "smooth": "False", "careful": "True", "deep": "True",
    }  # fmt: skip
    assert texts_of(kinds, DEFAULTS | {"span": None})["span.from"] == ""
    assert chosen_of(kinds, DEFAULTS) == {"figures": ["mean"]}


@pytest.mark.parametrize(
    ("form", "given"),
    [
        ({}, {"figures": [], "smooth": False}),
        ({"window": " 7 ", "span.from": "1", "span.to": " 2"}, {"window": "7", "span": ["1", "2"], "figures": [], "smooth": False}),
        ({"span.from": "", "span.to": ""}, {"span": "", "figures": [], "smooth": False}),
        ({"span.from": "", "span.to": "2"}, {"span": ["", "2"], "figures": [], "smooth": False}),
        ({"figures.median": "on", "figures.mode": "on"}, {"figures": ["median"], "smooth": False}),
        ({"smooth": "on", "careful": "on"}, {"figures": [], "smooth": True, "careful": True, "deep": False}),
        ({"smooth": "on"}, {"figures": [], "smooth": True, "careful": False}),
        ({"careful": "on", "evil": "1"}, {"figures": [], "smooth": False}),
    ],
)
def test_what_was_shown_is_read_and_nothing_else(form, given):
    assert filled_in(kinds, form) == given


def test_what_the_form_sends_is_what_the_tool_checks():
    assert kinds.validate(filled_in(kinds, {"span.from": "1", "span.to": "2", "figures.mean": "on", "window": ""})) == DEFAULTS | {
        "span": [1.0, 2.0]
    }
