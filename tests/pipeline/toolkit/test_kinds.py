"""Each kind of input says its own rules, how large a file is, and what its check measured."""

from dataclasses import replace

import pandas as pd
import pytest

from pipeline.toolkit import Archive, CurveTable, Limits, SampleTable, TextFile
from pipeline.toolkit.accepted import accepted
from pipeline.toolkit.execute import execute
from pipeline.toolkit.inputs import MIB
from pipeline.toolkit.kinds import INPUT_KINDS, extent, kind_of
from pipeline.toolkit.studies import check_each
from tests.every_kind.sciflask_every_kind import DATA, every_kind

SMALL = Limits(max_file_bytes=3 * MIB, max_samples=70, max_features=80, min_features=5, min_shared_samples=6)
FILES = {SampleTable: "samples.csv", CurveTable: "curve.dat", TextFile: "run.log", Archive: "parts.zip"}


def facts_of(kind):
    return check_each({"it": DATA / FILES[kind]}, {"it": kind.kind}, Limits())["it"].facts


@pytest.mark.parametrize("kind", INPUT_KINDS)
def test_every_kind_speaks_for_itself(kind):
    rules = kind.rules(SMALL)
    assert kind.title
    assert all(rule.endswith(".") for rule in rules)
    assert "3 MB" in " ".join(rules)
    facts = facts_of(kind)
    assert kind_of(facts) is kind
    assert all(title and words for title, words in kind.measured(facts))


@pytest.mark.parametrize(
    ("kind", "said"),
    [(SampleTable, "20 samples × 12 features"), (CurveTable, "40 points × 3 columns"), (TextFile, "3 lines"), (Archive, "2 files")],
)
def test_a_file_is_as_large_as_its_kind_counts(kind, said):
    assert extent(facts_of(kind)) == said


def test_of_a_file_that_could_not_be_read_nothing_is_said():
    assert extent({"filename": "x.csv"}) == ""


def test_a_tool_accepts_what_its_kinds_accept():
    table, curve, text, archive = accepted(every_kind, SMALL)
    assert (table.titles, table.rules) == (("Samples",), tuple(SampleTable.rules(SMALL)))
    assert (curve.titles, text.titles) == (("Measured curve", "Further curves"), ("Log of the run", "Notes"))
    assert archive.suffixes == (".zip",)
    assert curve.rules[-1] == "Further curves: 2 to 20 files, in the order in which you list them."
    assert text.rules[-1] == "Notes: 1 to 3 files, in the order in which you list them."


def test_two_tables_are_said_to_share_samples():
    slots = (every_kind.inputs[0], replace(every_kind.inputs[0], name="other", title="Other"))
    (one,) = accepted(replace(every_kind, inputs=slots), SMALL)
    assert one.titles == ("Samples", "Other")
    assert one.rules[-1] == "Two tables must share at least 6 samples."
    (own,) = accepted(replace(every_kind, inputs=slots, check=lambda inputs, limits: []), SMALL)
    assert own.rules == tuple(SampleTable.rules(SMALL))


def test_a_tool_is_told_what_people_call_their_files(tmp_path):
    stored = {slot.name: tmp_path / slot.name for slot in every_kind.inputs if not slot.repeated}
    for slot in every_kind.inputs[:4]:
        stored[slot.name].write_bytes((DATA / FILES[slot.kind]).read_bytes())
    manifest = execute(every_kind, stored, {}, {}, tmp_path / "out", filenames={"log": "My run.log"})
    assert (tmp_path / "out" / "words.txt").read_text().startswith("My run.log has 3 lines.")
    assert [item["filename"] for item in manifest["inputs"]] == ["table", "curve", "My run.log", "files"]


def test_a_plain_call_takes_the_name_of_the_path():
    read = [kind.of(DATA / name).name for kind, name in FILES.items()]
    assert read == list(FILES.values())
    assert SampleTable.of(pd.DataFrame({"a": [1.0]})).name == ""
