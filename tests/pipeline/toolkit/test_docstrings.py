"""What a docstring says of arguments and references, and how a declaration takes it up."""

from typing import Annotated, Literal

import pytest

from pipeline.toolkit import Input, Metric, Metrics, SampleTable, ToolDefinitionError, parameter, tool
from pipeline.toolkit.docstrings import arguments, references, section
from tests.pipeline.toolkit.test_tool import Answer

DOC = """Count.

Parameters
----------
first_table : SampleTable
    What was measured.
cut_off : float, optional
    Where to cut.

    Higher is less.
way
    How.

Returns
-------
way : no argument
    Not this one.

References
----------
- Somebody A. (1901) On something, which
  takes two lines.
.. [2] Somebody B. (1902) Else.
"""


def test_what_is_said_of_each_argument():
    assert arguments(DOC) == {"first_table": "What was measured.", "cut_off": "Where to cut. Higher is less.", "way": "How."}


def test_what_is_cited():
    assert references(DOC) == ("Somebody A. (1901) On something, which takes two lines.", "Somebody B. (1902) Else.")


@pytest.mark.parametrize("doc", ["", "One line.", "Parameters\n\nnot underlined : int\n    x"])
def test_without_such_a_section_nothing_is_said(doc):
    assert (arguments(doc), references(doc), section(doc, "Parameters")) == ({}, (), "")


def test_the_docstring_fills_what_the_annotation_leaves_out():
    def count(
        first_table: SampleTable,
        other: Annotated[SampleTable | None, Input("Another", "Said here.")] = None,
        *,
        cut_off: Annotated[float, parameter(ge=0, le=1)] = 0.5,
        way: Annotated[Literal["a", "b"], parameter("By which way", "Said here, too.")] = "a",
    ) -> Answer:
        return Answer(Metrics({"n": Metric("N", 1)}))

    count.__doc__ = DOC
    made = tool(slug="docs", title="Docs", summary="Counts.")(count)
    assert [(slot.title, slot.help) for slot in made.inputs] == [("First table", "What was measured."), ("Another", "Said here.")]
    assert [(p.title, p.help) for p in made.parameters] == [
        ("Cut off", "Where to cut. Higher is less."), ("By which way", "Said here, too."),
    ]  # fmt: skip
    assert made.model.model_json_schema()["properties"]["cut_off"]["description"] == "Where to cut. Higher is less."
    assert made.references == references(DOC)


def test_a_parameter_of_which_nothing_is_said_is_refused():
    def count(table: SampleTable, *, way: Literal["a", "b"] = "a") -> Answer:
        """Count."""
        return Answer(Metrics())

    with pytest.raises(ToolDefinitionError, match=r"parameter 'way': no help\. Say in the docstring, below Parameters"):
        tool(slug="docs", title="Docs", summary="Counts.")(count)
