"""Where a file stands: by input, and among the files of an input that takes several."""

import pytest

from pipeline.toolkit import FileList, ToolError
from pipeline.toolkit.places import counts, gathered, place_of, position_of, slot_of, spread
from tests.every_kind.sciflask_every_kind import every_kind


@pytest.mark.parametrize(("slot", "position", "place"), [("table", 0, "table"), ("curves", 1, "curves.1"), ("curves", 12, "curves.12")])
def test_a_place_says_input_and_position(slot, position, place):
    assert place_of(slot, position) == place
    assert (slot_of(place), position_of(place)) == (slot, position)


def test_what_was_given_by_input_stands_by_place():
    assert spread(every_kind, {"table": "t", "curves": ["a", "b"], "notes": "n"}) == {
        "table": "t", "curves.1": "a", "curves.2": "b", "notes.1": "n",
    }  # fmt: skip
    assert spread(every_kind, {"curves": []}) == {}
    assert spread(every_kind, {"curves.2": "b", "table": "t"}) == {"curves.2": "b", "table": "t"}


def test_values_come_together_in_the_order_of_their_positions():
    given = gathered(every_kind, {f"curves.{number}": number for number in (10, 2, 1)} | {"table": "t"})
    assert given == {"table": "t", "curves": (1, 2, 10)}
    assert isinstance(given["curves"], FileList)
    assert gathered(every_kind, {"notes": "stored when it took one file"}) == {"notes": ("stored when it took one file",)}


def test_several_files_for_an_input_of_one_are_refused():
    with pytest.raises(ToolError, match=r"^Samples takes 1 file, and there are 2\.$"):
        gathered(every_kind, {"table.1": 1, "table.2": 2})


def test_files_are_counted_by_input():
    assert counts({"table": 0, "curves.1": 0, "curves.2": 0}) == {"table": 1, "curves": 2}
