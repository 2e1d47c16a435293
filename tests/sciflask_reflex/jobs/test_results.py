"""A result is kept whole or not at all."""

import json

import pytest

from sciflask_reflex import storage
from sciflask_reflex.analyses import service
from sciflask_reflex.db import reading
from sciflask_reflex.jobs import results, runs
from sciflask_reflex.models import Analysis, Status
from tests.factories import make_analysis, make_owner, make_study

pytestmark = pytest.mark.usefixtures("sqlite")
WHOLE = {"pairs.csv": "1,2\n"}


@pytest.fixture
def owner():
    return make_owner()


@pytest.fixture
def claim(owner):
    return runs.claim(make_analysis(make_study(owner.id)).id, "w")


def write(claim, files: dict[str, str], named: dict[str, int]) -> None:
    draft = storage.result_draft(claim.analysis_id, claim.attempt)
    draft.mkdir()
    for name, content in files.items():
        (draft / name).write_text(content)
    (draft / "manifest.json").write_text(json.dumps({"files": [{"name": name, "bytes": size} for name, size in named.items()]}))


def test_a_whole_result_is_in_place_before_it_is_done(owner, claim):
    write(claim, WHOLE, {"pairs.csv": 4})
    assert results.keep(claim)
    assert service.result_path(claim.analysis_id, "pairs.csv", owner_id=owner.id).read_text() == "1,2\n"
    assert not storage.result_draft(claim.analysis_id, 1).exists()
    assert results.keep(claim), "a commit whose answer was lost may be repeated"


def test_what_is_made_on_demand_is_not_looked_for_and_takes_no_space(owner, claim):
    write(claim, WHOLE, {"pairs.csv": 4})
    draft = storage.result_draft(claim.analysis_id, claim.attempt)
    manifest = json.loads((draft / "manifest.json").read_text())
    manifest["files"].append({"name": "more.csv", "bytes": None, "sha256": None, "made": True})
    (draft / "manifest.json").write_text(json.dumps(manifest))
    assert results.keep(claim)
    assert service.get(claim.analysis_id, owner_id=owner.id).status == Status.DONE
    with reading() as session:
        assert session.get_one(Analysis, claim.analysis_id).result_bytes == 4


@pytest.mark.parametrize(
    ("files", "named"),
    [(WHOLE, {"pairs.csv": 5}), ({}, {"pairs.csv": 4}), (WHOLE | {"stray": "x"}, {"pairs.csv": 4})],
)
def test_a_result_that_disagrees_with_its_manifest_is_a_failure(owner, claim, files, named):
    write(claim, files, named)
    assert results.keep(claim), "the failure is written down"
    row = service.get(claim.analysis_id, owner_id=owner.id)
    assert (row.status, row.cause, row.files) == (Status.FAILED, "internal", [])
    assert not storage.result_folder(claim.analysis_id, 1).exists()


def test_a_cancelled_result_is_taken_away(owner, claim):
    write(claim, WHOLE, {"pairs.csv": 4})
    service.cancel(claim.analysis_id, owner_id=owner.id)
    assert not results.keep(claim)
    assert list(storage.analysis_folder(claim.analysis_id).iterdir()) == []
