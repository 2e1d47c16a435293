"""What the overview shows of a study."""

from datetime import UTC, datetime

from sciflask_reflex.profile.rows import study_card
from sciflask_reflex.studies.service import InputRow, StudyRow

ID = "a" * 32


def item(slot, label="", **facts):
    return InputRow(slot, f"Title of {slot}", f"{slot}.csv", label, 10, "0" * 64, facts)


def card(*inputs, **values):
    given = {"id": ID, "name": "µ <b>", "tool": "gone", "tool_title": "gone", "created_at": datetime(2026, 1, 2, tzinfo=UTC)}
    return study_card(StudyRow(**given | {"inputs": list(inputs), "findings": [], "is_example": False, "analyses": 0} | values))


def test_data_by_their_labels_with_their_shapes():
    curve = item("two", kind="curve_table", rows=5, columns=1)
    assert card(item("one", "genes", rows=20, columns=3), curve).data == "genes: 20 samples × 3 features, Title of two: 5 points × 1 column"


def test_what_was_never_measured_has_no_shape():
    assert card(item("one"), item("two", "taxa", rows=None)).data == "Title of one, taxa"
    assert card().data == ""


def test_the_rest():
    shown = card(is_example=True)
    assert (shown.name, shown.is_example, shown.created) == ("µ <b>", True, "2026-01-02T00:00:00+00:00")
    assert shown.analyse_url == f"/studies/{ID}/analyse"
