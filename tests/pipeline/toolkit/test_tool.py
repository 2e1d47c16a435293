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
from tests.every_kind.sciflask_every_kind import every_kind

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
def texts(table: SampleTable, *, count: Annotated[list[str], parameter(title="A", description="B")] = ()) -> Answer: ...


def no_such_condition(
    table: SampleTable, *, count: Annotated[int, parameter(title="A", description="B", show_when={"way": 1})] = 1
) -> Answer: ...


def wrong_condition(
    table: SampleTable,
    *,
    way: Annotated[Literal["a", "b"], parameter(title="Way", description="B")] = "a",
    count: Annotated[int, parameter(title="A", description="B", show_when={"way": "c"})] = 1,
) -> Answer: ...


def condition_without_default(
    table: SampleTable,
    *,
    way: Annotated[bool, parameter(title="Way", description="B")] = False,
    count: Annotated[int, parameter(title="A", description="B", show_when={"way": True})],
) -> Answer: ...


def no_such_columns(
    table: SampleTable, *, group: Annotated[str, parameter(title="A", description="B", column_of="tables")] = ""
) -> Answer: ...


def columns_of_a_number(
    table: SampleTable, *, group: Annotated[int, parameter(title="A", description="B", column_of="table")] = 1
) -> Answer: ...


def bad_role_default(
    table: SampleTable, *, count: Annotated[int, parameter(title="A", description="B", le=9, role_defaults={"guest": 10})] = 1
) -> Answer: ...


def bad_range(
    table: SampleTable, *, span: Annotated[tuple[float, float], parameter(title="A", description="B")] = (2.0, 1.0)
) -> Answer: ...
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
        (no_title, "parameter 'count': no help. Say in the docstring, below Parameters, what it does"),
        (by_place, "must be keyword-only"),
        (strange_type, "is no parameter"),
        (texts, "needs column_of="),
        (no_such_condition, "show_when names 'way', which is no other parameter"),
        (wrong_condition, "show_when, 'way': 'c' is not accepted. Way must be one of: A, B"),
        (condition_without_default, "Give it a default"),
        (no_such_columns, "column_of names 'tables', which is no input with columns. There are: table"),
        (columns_of_a_number, "column_of is for str"),
        (bad_role_default, "default of the role 'guest': 10 is not accepted"),
        (bad_range, "the default of span is outside its own bounds"),
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


@dataclass
class Block:
    rows: Annotated[Table, Output("Rows")]
    more: Table | None = None


@dataclass
class Sections:
    numbers: Metrics
    within: Annotated[Block, Output("Within the table")]
    between: Annotated[Block | None, Output("Between the tables")] = None


Range = Annotated[tuple[float, float], parameter(title="Span", description="From, to.", unit="nm", ge=0, lt=10, section="Details")]
Several = Annotated[
    list[Literal["mean", "median"]], parameter(title="Figures", description="Which.", labels={"mean": "The mean"}, min_length=1)
]


@tool(slug="whole", title="Whole", summary="Everything a parameter can be.")
def whole(
    table: SampleTable,
    *,
    window: Annotated[int | None, parameter(title="Window", description="Width.", ge=1, role_defaults={"guest": 5})] = None,
    span: Range = (1.0, 2.0),
    counts: Annotated[tuple[int, int], parameter(title="Counts", description="From, to.")] = (1, 2),
    figures: Several = ("mean",),
    group: Annotated[str, parameter(title="Group", description="Which column.", column_of="table")] = "",
    groups: Annotated[list[str] | None, parameter(title="Groups", description="Which columns.", column_of="table")] = None,
    smooth: Annotated[bool, parameter(title="Smooth", description="Or not.")] = False,
    kernel: Annotated[Literal["box", "gauss"], parameter(title="Kernel", description="Shape.", show_when={"smooth": True})] = "box",
    width: Annotated[
        float, parameter(title="Width", description="Of the bell.", gt=0, show_when={"smooth": True, "kernel": "gauss"})
    ] = 1.0,
    seed: int = 0,
) -> Sections:
    """Do everything."""
    assert isinstance(span, tuple)
    frame = table.frame.reset_index(drop=True)
    numbers = Metrics({"seed": Metric("Seed", seed), "span": Metric("Span", span[1] - span[0])})
    return Sections(numbers, Block(Table(frame)))


def kinds_of(of):
    return {p.name: p.kind for p in of.parameters}


def test_every_kind_of_parameter_is_told_by_its_type():
    assert kinds_of(whole) == {
        "window": "integer", "span": "range", "counts": "range", "figures": "choices", "group": "column", "groups": "columns",
        "smooth": "boolean", "kernel": "choice", "width": "number",
    }  # fmt: skip
    known = {p.name: p for p in whole.parameters}
    assert (known["window"].optional, known["span"].optional, known["groups"].optional) == (True, False, True)
    assert (known["span"].whole, known["counts"].whole) == (False, True)
    assert (known["span"].section, known["span"].unit, known["span"].default) == ("Details", "nm", [1.0, 2.0])
    assert known["figures"].choices == (("mean", "The mean"), ("median", "Median"))
    assert known["group"].column_of == "table"


def test_defaults_are_plain_and_a_role_has_its_own():
    values = whole.validate({})
    assert values["window"] is None
    assert values["span"] == [1.0, 2.0]
    assert values["figures"] == ["mean"]
    assert whole.validate({}, role="guest")["window"] == 5
    assert whole.validate({"window": 7}, role="guest")["window"] == 7


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("window", "", None), ("window", "12", 12), ("span", "0.5, 9", [0.5, 9.0]), ("span", [3, 3], [3.0, 3.0]), ("counts", "2,40", [2, 40]),
        ("figures", "median,mean", ["median", "mean"]), ("groups", "", None), ("groups", "a, b", ["a", "b"]),
    ],
)  # fmt: skip
def test_text_of_a_form_is_read(name, typed, kept):
    assert whole.validate({name: typed})[name] == kept


@pytest.mark.parametrize(
    ("name", "wrong", "sentence"),
    [
        ("window", 0, "Window must be a whole number, at least 1, or empty."),
        ("window", True, "Window must be a whole number, at least 1, or empty."),
        ("span", "2, 1", "Span must be two numbers, the smaller one first, both at least 0 and less than 10."),
        ("span", "1", "Span must be two numbers, the smaller one first, both at least 0 and less than 10."),
        ("span", "1,10", "Span must be two numbers, the smaller one first, both at least 0 and less than 10."),
        ("span", "1,nan", "Span must be two numbers, the smaller one first, both at least 0 and less than 10."),
        ("counts", [True, 2], "Counts must be two whole numbers, the smaller one first."),
        ("figures", "mode", "Figures must be some of: The mean, Median."),
        ("figures", "", "Figures must be some of: The mean, Median."),
        ("figures", "mean,mean", "Figures must be some of: The mean, Median."),
        ("width", 2, "Width counts only when Smooth is yes and Kernel is Gauss. Leave it out, or change that."),
    ],
)
def test_what_cannot_be_accepted_gets_a_sentence(name, wrong, sentence):
    with pytest.raises(ParameterError) as caught:
        whole.validate({name: wrong})
    assert caught.value.fields == {name: sentence}


def test_what_does_not_count_may_be_sent_as_it_is():
    assert whole.validate({"width": 1.0})["width"] == 1.0
    assert whole.validate({"smooth": True, "kernel": "gauss", "width": "2"})["width"] == 2.0


def test_columns_must_be_there_when_they_are_known():
    assert whole.validate({"group": "z"})["group"] == "z"
    assert whole.validate({"group": "a", "groups": "b"}, columns={"table": {"number": ["a", "b"]}})["groups"] == ["b"]
    with pytest.raises(ParameterError) as caught:
        whole.validate({"group": "z", "groups": "a,y"}, columns={"table": {"number": ["a", "b"]}})
    assert caught.value.fields == {"group": "Table has no column called 'z'.", "groups": "Table has no column called 'y'."}


def test_nested_outputs_are_flat_slots_in_sections():
    assert [(slot.name, slot.title, slot.section, slot.required, slot.path) for slot in whole.outputs] == [
        ("numbers", "Numbers", "", True, ("numbers",)),
        ("within_rows", "Rows", "Within the table", True, ("within", "rows")),
        ("within_more", "More", "Within the table", False, ("within", "more")),
        ("between_rows", "Rows", "Between the tables", False, ("between", "rows")),
        ("between_more", "More", "Between the tables", False, ("between", "more")),
    ]


def test_a_section_within_a_section_says_where_it_stands():
    assert [slot.section for slot in every_kind.outputs[2:6]] == ["Pictures", "Pictures / In space", "Pictures / In space", "Numbers"]


def test_values_and_what_is_accepted_are_said_in_words():
    known = {p.name: p for p in every_kind.parameters}
    said = {
        name: known[name].in_words(value)
        for name, value in {
            "count": 3, "width": 0.5, "smooth": True, "shape": "bell", "window": [0.25, 1.0], "groups": ["low", "high"], "remark": None,
            "target": "a", "others": [],
        }.items()
    }  # fmt: skip
    assert said == {
        "count": "3", "width": "0.5 nm", "smooth": "yes", "shape": "Bell", "window": "0.25 to 1 1/nm", "groups": "Low, High", "remark": "none",
        "target": "a", "others": "none",
    }  # fmt: skip
    assert {name: known[name].accepts for name in ("count", "width", "shape", "window", "groups", "remark")} == {
        "count": "a whole number, at least 1 and at most 100",
        "width": "a number, greater than 0 and at most 10 (nm)",
        "shape": "Box, Bell",
        "window": "two numbers, the smaller one first, at least 0 and at most 1 (1/nm), or empty",
        "groups": "any of: Low, Middle, High",
        "remark": "text, or empty",
    }


def test_the_seed_is_the_platforms_and_a_tuple_stays_one():
    result = whole(FRAME, span=(2.0, 5.0), seed=7)
    assert result.numbers.values() == {"seed": 7, "span": 3.0}
    assert whole.outputs[3].of(result) is None
    assert "seed" not in {p.name for p in whole.parameters}


def test_a_live_tool_needs_no_input():
    @tool(slug="clock", title="Clock", summary="Counts.", live=True)
    def clock(*, count: Count = 1) -> Answer:
        """Count."""
        return Answer(Metrics({"count": Metric("Count", count)}))

    assert clock.live
    assert clock(count=3).numbers.values() == {"count": 3}


def test_a_live_tool_must_do_without_data():
    def needs(table: Annotated[SampleTable, Input(title="Data")], *, count: Count = 1) -> Answer:
        """Count."""
        raise NotImplementedError

    def may_have(table: Annotated[SampleTable | None, Input(title="Data")] = None, *, count: Count = 1) -> Answer:
        """Count."""
        raise NotImplementedError

    with pytest.raises(
        ToolDefinitionError, match=r"test_tool\.py.*, tool 'clock': a live tool is recomputed without data, but Data must be given"
    ):
        tool(slug="clock", title="Clock", summary="Counts.", live=True)(needs)
    assert tool(slug="clock", title="Clock", summary="Counts.", live=True)(may_have).live
