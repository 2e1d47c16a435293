"""The contract: what a signature turns into, and what a wrong one is told."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

import pandas as pd
import pytest

from pipeline import tools
from pipeline.toolkit import (
    Input,
    Metric,
    Metrics,
    Output,
    ParameterError,
    Progress,
    SampleTable,
    Table,
    ToolDefinitionError,
    describe,
    parameter,
    tool,
)

if TYPE_CHECKING:
    from somewhere import Unknown  # pyright: ignore[reportMissingImports]


class Speed(StrEnum):
    SLOW = "slow"
    FAST = "fast"


@dataclass
class Answer:
    numbers: Annotated[Metrics, Output("Numbers", "What came out.")]
    rows: Table | None = None
    notes: tuple[str, ...] = ()


Count = Annotated[int, parameter(title="Count", description="How many.", unit="pieces", ge=1, lt=10)]
Share = Annotated[float, parameter(title="Share", description="Which part.", gt=0, le=0.5)]


@tool(slug="sum-up", title="Sum up", summary="Adds.")
def sum_up(
    table: Annotated[SampleTable, Input(title="First table", help="Numbers.")],
    second_table: SampleTable | None = None,
    *,
    count: Count,
    share: Share = 0.1,
    speed: Annotated[Speed, parameter(title="Speed", description="How fast.", labels={"slow": "Take it easy"})] = Speed.SLOW,
    shape: Annotated[Literal["round", "very_square"], parameter(title="Shape", description="Which form.")] = "round",
    model_name: Annotated[str, parameter(title="Model", description="A name.")] = "",
    careful: Annotated[bool, parameter(title="Careful", description="Check twice.")] = False,
    progress: Progress,
) -> Answer:
    """Add everything up."""
    progress("Adding", 0.5)
    assert isinstance(speed, Speed)
    total = float(table.frame.to_numpy().sum()) * count
    return Answer(
        Metrics({"total": Metric("Total", total), "speed": Metric("Speed", speed), "second": Metric("Second", second_table is not None)})
    )


FRAME = pd.DataFrame({"a": [1, 2], "b": [3, 4]}, index=[1, 2])


def test_inputs_come_from_the_annotations():
    first, second = sum_up.inputs
    assert (first.name, first.title, first.help, first.required, first.kind) == ("table", "First table", "Numbers.", True, SampleTable)
    assert (second.title, second.required) == ("Second table", False)


def test_outputs_come_from_the_return_type_and_notes_are_none():
    assert [(slot.name, slot.title, slot.caption, slot.required) for slot in sum_up.outputs] == [
        ("numbers", "Numbers", "What came out.", True),
        ("rows", "Rows", "", False),
    ]


def test_a_plain_call_takes_frames_and_checks_settings():
    seen = []
    result = sum_up(FRAME, count=2, progress=Progress(lambda stage, fraction, _: seen.append((stage, fraction))))
    assert result.numbers.values() == {"total": 20.0, "speed": "slow", "second": False}
    assert seen == [("Adding", 0.5)]
    assert sum_up(table=FRAME, second_table=FRAME, count="3", speed="fast").numbers.values() == {
        "total": 30.0,
        "speed": "fast",
        "second": True,
    }


def test_validation_completes_and_gives_plain_values():
    assert sum_up.validate({"count": 3, "speed": Speed.FAST}) == {
        "count": 3, "share": 0.1, "speed": "fast", "shape": "round", "model_name": "", "careful": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"count": 0}, "Count must be a whole number, at least 1 and less than 10."),
        ({"count": 10}, "less than 10"),
        ({"count": 2.5}, "a whole number"),
        ({"count": True}, "a whole number"),
        ({}, "Count must be"),
        ({"count": 1, "share": 0}, "Share must be a number, greater than 0 and at most 0.5."),
        ({"count": 1, "share": "much"}, "Share must be a number"),
        ({"count": 1, "share": float("inf")}, "Share must be a number"),
        ({"count": 1, "share": None}, "Share must be a number"),
        ({"count": 1, "speed": "warp"}, "Speed must be one of: Take it easy, Fast."),
        ({"count": 1, "shape": ["round"]}, "Shape must be one of: Round, Very square."),
        ({"count": 1, "careful": "perhaps"}, "Careful must be yes or no."),
        ({"count": 1, "model_name": "x" * 1001}, "Model must be text."),
        ({"count": 1, "colour": "red"}, "Sum up has no parameter called 'colour'."),
    ],
)
def test_each_wrong_value_gets_its_sentence(values, sentence):
    with pytest.raises(ParameterError, match=sentence.replace("(", r"\(")) as caught:
        sum_up.validate(values)
    assert len(caught.value.fields) == 1


def test_all_wrong_values_are_told_at_once():
    with pytest.raises(ParameterError) as caught:
        sum_up.validate({"count": 0, "share": 9, "nonsense": 1})
    assert set(caught.value.fields) == {"count", "share", "nonsense"}


@pytest.mark.parametrize(
    ("args", "kwargs", "sentence"),
    [
        ((), {"count": 1}, "needs First table"),
        ((None,), {"count": 1}, "needs First table"),
        ((FRAME, FRAME, FRAME), {"count": 1}, "takes 2 inputs, got 3"),
        ((FRAME,), {"count": 1, "table": FRAME}, "table twice"),
        (([1, 2],), {"count": 1}, "Expected a table"),
    ],
)
def test_wrong_inputs_of_a_plain_call(args, kwargs, sentence):
    with pytest.raises(TypeError, match=sentence):
        sum_up(*args, **kwargs)


def test_ids_become_text():
    assert list(SampleTable.of(FRAME).frame.index) == ["1", "2"]


def no_type(table, *, count: Count) -> Answer: ...
def no_title(table: SampleTable, *, count: int) -> Answer: ...
def by_place(table: SampleTable, count: Count) -> Answer: ...
def strange_type(table: SampleTable, *, when: Annotated[dict, parameter(title="A", description="B")]) -> Answer: ...
def optional(table: SampleTable, *, count: Annotated[int | None, parameter(title="A", description="B")] = None) -> Answer: ...
def bad_default(table: SampleTable, *, count: Count = 99) -> Answer: ...
def bad_labels(table: SampleTable, *, c: Annotated[Literal["a"], parameter(title="A", description="B", labels={"b": "B"})]) -> Answer: ...
def numbers_as_choices(table: SampleTable, *, c: Annotated[Literal[1, 2], parameter(title="A", description="B")] = 1) -> Answer: ...
def no_input(*, count: Count) -> Answer: ...
def no_dataclass(table: SampleTable) -> dict: ...
def no_return(table: SampleTable): ...
def unknown_name(table: SampleTable) -> "Unknown": ...


@dataclass
class Strange:
    number: int


def strange_output(table: SampleTable) -> Strange: ...


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (no_type, "parameter 'table': no type"),
        (no_title, "parameter 'count': no title or no help"),
        (by_place, "must be keyword-only"),
        (strange_type, "is no parameter"),
        (optional, "optional parameters are not supported"),
        (bad_default, "the default of count is outside its own bounds"),
        (bad_labels, "name no choice"),
        (numbers_as_choices, "not all text"),
        (no_input, "no input"),
        (no_dataclass, "must be a dataclass"),
        (no_return, "must be a dataclass"),
        (unknown_name, "'Unknown' is not known"),
        (strange_output, "output 'number'"),
    ],
)
def test_a_wrong_declaration_names_file_and_cure(function, sentence):
    with pytest.raises(ToolDefinitionError, match=sentence) as caught:
        tool(slug="wrong", title="Wrong", summary="Is wrong.")(function)
    assert "test_tool.py" in str(caught.value)


@pytest.mark.parametrize("slug", ["", "Upper", "1st", "a_b", "a/b", "a" * 64])
def test_a_slug_is_plain(slug):
    with pytest.raises(ToolDefinitionError, match="slug"):
        tool(slug=slug, title="A", summary="B")(sum_up.function)


def test_every_tool_describes_itself_in_plain_values():
    for entry in (*tools().values(), sum_up):
        assert json.loads(json.dumps(describe(entry)))["slug"] == entry.slug
