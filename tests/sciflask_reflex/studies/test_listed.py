"""Lists of files: their order, what was replaced, what the check says of each."""

import pytest

from pipeline.toolkit.findings import error, note, warning
from pipeline.toolkit.tables import CheckReport
from sciflask_reflex.studies.listed import ListedFile, TurnedAway, counted, judged, moved, turned_away, with_file, without
from tests.every_kind.sciflask_every_kind import every_kind

CURVES = next(slot for slot in every_kind.inputs if slot.name == "curves")
A, B, C, D = (ListedFile(letter, f"{letter}.dat", 1_000, "1.0 kB") for letter in "abcd")


def ids(files):
    return "".join(one.upload_id for one in files)


@pytest.mark.parametrize(
    ("who", "step", "order", "place"),
    [("b", -1, "bac", 1), ("b", 1, "acb", 3), ("a", -1, "abc", 1), ("c", 1, "abc", 3), ("x", 1, "abc", 0)],
)
def test_a_file_is_moved_as_far_as_there_is_room(who, step, order, place):
    files, now = moved([A, B, C], who, step)
    assert (ids(files), now) == (order, place)


def test_a_new_file_stands_at_the_end_or_in_place_of_another():
    assert (ids(with_file([A, B], C)[0]), with_file([A, B], C)[1]) == ("abc", "")
    files, replaced = with_file([A, B, C], D, "b")
    assert (ids(files), replaced) == ("adc", "b")
    assert ids(with_file([A], D, "gone")[0]) == "ad"
    assert ids(without([A, B, C], "b")) == "ac"


def test_the_check_says_something_of_each_file():
    found = [
        error("x", "").about("curves", "a.dat", 1),
        warning("y", "").about("curves", "a.dat", 1),
        warning("z", "").about("curves", "b.dat", 2),
    ]
    found += [note("n", "").about("curves", "c.dat", 3), error("elsewhere", "").about("notes", "d.txt", 3)]
    facts = {"curves.3": {"kind": "curve_table", "rows": 3, "columns": 2}}
    shown = judged([A, B, C, D], "curves", CheckReport(found, facts))
    assert [(one.verdict, one.said) for one in shown] == [
        ("error", "1 error"), ("warning", "1 warning"), ("ok", "3 points × 2 columns"), ("ok", "read"),
    ]  # fmt: skip


def test_how_many_there_are_is_said():
    assert counted(CURVES, []) == "No files yet. Further curves takes 2 to 20 files."
    assert counted(CURVES, [A]) == "1 file, 1.0 kB in all. Further curves takes 2 to 20 files."


def test_files_that_were_not_taken_are_named_once_for_each_reason():
    faults = [
        TurnedAway("a.dat", "Too large."),
        TurnedAway("b.dat", "No space."),
        TurnedAway("c.dat", "Too large."),
        TurnedAway("", "Torn."),
    ]
    assert turned_away(faults) == "Not taken: 'a.dat', 'c.dat'. Too large. Not taken: 'b.dat'. No space. Not taken: a file. Torn."
    assert turned_away([]) == ""
