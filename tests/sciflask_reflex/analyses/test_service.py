"""Every function once as the owner and once as somebody else."""

from dataclasses import replace

import pytest
from sqlmodel import func, select

from sciflask_reflex import storage
from sciflask_reflex.analyses import service
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound, Refused
from sciflask_reflex.jobs import runs
from sciflask_reflex.models import Analysis, Outbox, Role, Status, Study, new_id
from sciflask_reflex.settings import settings
from tests.factories import make_analysis, make_owner, make_study

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def owner():
    return make_owner()


@pytest.fixture
def stranger():
    return make_owner(Role.ADMIN)


@pytest.fixture
def study(owner):
    return make_study(owner.id, name="Leaves")


def count(table) -> int:
    with reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def finish(analysis_id: str, **files: bytes) -> None:
    """Run an analysis to its end, with a result of these files."""
    claim = runs.claim(analysis_id, "w")
    folder = storage.result_folder(analysis_id, claim.attempt)
    folder.mkdir()
    for name, content in files.items():
        (folder / f"{name}.csv").write_bytes(content)
    manifest = {
        "files": [{"name": f"{name}.csv", "bytes": len(content)} for name, content in files.items()],
        "metrics": {"tests": {"title": "Tests", "value": 190}},
        "outputs": [{"name": "pairs", "kind": "table"}],
        "notes": ["A note."],
    }
    assert runs.commit(claim, manifest)


def test_submit_makes_a_row_and_a_bell(owner, study):
    row = service.submit(study.id, owner_id=owner.id, name="  My   run ", parameters={"alpha": 0.01})
    assert (row.name, row.status, row.study_name, row.tool, row.queue_position) == ("My run", Status.QUEUED, "Leaves", "correlation", 1)
    assert row.parameters["alpha"] == 0.01
    assert row.parameters["correlation_method"] == "spearman", "defaults are recorded, too"
    assert row.active
    with reading() as session:
        assert session.exec(select(Outbox.analysis_id)).all() == [row.id]


def test_a_name_is_made_when_none_is_given(owner, study):
    names = [service.submit(study.id, owner_id=owner.id, parameters={}).name for _ in range(2)]
    assert names[0].endswith(" 1")
    assert names[1].endswith(" 2")


def test_submit_for_the_study_of_others_is_not_found(stranger, study):
    with pytest.raises(NotFound):
        service.submit(study.id, owner_id=stranger.id, parameters={})
    with pytest.raises(NotFound):
        service.submit(study.id, owner_id=new_id(), parameters={})
    assert count(Analysis) == count(Outbox) == 0


def test_the_same_key_gives_the_same_analysis(owner, study):
    rows = [service.submit(study.id, owner_id=owner.id, parameters={"alpha": alpha}, idempotency_key="k") for alpha in (0.01, 0.02)]
    assert rows[0] == rows[1]
    assert count(Analysis) == count(Outbox) == 1


def test_the_same_key_of_another_owner_is_another_analysis(owner, stranger, study):
    mine = service.submit(study.id, owner_id=owner.id, parameters={}, idempotency_key="k")
    theirs = service.submit(make_study(stranger.id).id, owner_id=stranger.id, parameters={}, idempotency_key="k")
    assert mine.id != theirs.id


def test_the_same_key_works_even_when_the_quota_is_used_up(study, owner, monkeypatch):
    monkeypatch.setenv("SCIFLASK_MAX_QUEUED", "1")
    settings.cache_clear()
    first = service.submit(study.id, owner_id=owner.id, parameters={}, idempotency_key="k")
    assert service.submit(study.id, owner_id=owner.id, parameters={}, idempotency_key="k") == first
    with pytest.raises(Refused, match="You have 1 "):
        service.submit(study.id, owner_id=owner.id, parameters={}, idempotency_key="other")


@pytest.mark.parametrize(("role", "most"), [(Role.GUEST, 3), (Role.USER, 20)])
def test_the_quota_depends_on_the_role_and_frees_itself(role, most):
    owner = make_owner(role)
    study = make_study(owner.id)
    ids = [service.submit(study.id, owner_id=owner.id, parameters={}).id for _ in range(most)]
    with pytest.raises(Refused):
        service.submit(study.id, owner_id=owner.id, parameters={})
    service.cancel(ids[0], owner_id=owner.id)
    assert service.submit(study.id, owner_id=owner.id, parameters={}).status == Status.QUEUED


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"alpha": 0}, "alpha"), ({"alpha": float("nan")}, "alpha"), ({"alpha": "0,05"}, "alpha"), ({"feature_count": 1}, "feature_count"),
     ({"feature_count": True}, "feature_count"), ({"correlation_method": "__import__"}, "correlation_method"), ({"unknown": 1}, "unknown")],
)  # fmt: skip
def test_wrong_parameters_are_named_one_by_one(owner, study, parameters, field):
    with pytest.raises(Invalid) as error:
        service.submit(study.id, owner_id=owner.id, parameters=parameters)
    assert list(error.value.fields) == [field]
    assert count(Analysis) == count(Outbox) == 0


@pytest.mark.parametrize("name", ["x" * 121, "a\x00b", "\u202egnp"])
def test_names_that_would_harm_are_refused(owner, study, name):
    with pytest.raises(Invalid) as error:
        service.submit(study.id, owner_id=owner.id, name=name, parameters={})
    assert "name" in error.value.fields


@pytest.mark.parametrize("key", ["", "x" * 101, "a\nb", "clé"])
def test_wrong_keys_are_refused(owner, study, key):
    with pytest.raises(Invalid):
        service.submit(study.id, owner_id=owner.id, parameters={}, idempotency_key=key)


def test_a_study_whose_tool_is_gone_says_so(owner):
    with pytest.raises(Refused, match="no longer installed"):
        service.submit(make_study(owner.id, tool="gone").id, owner_id=owner.id, parameters={})


def test_get_is_for_the_owner_alone(owner, stranger, study):
    analysis = make_analysis(study)
    assert service.get(analysis.id, owner_id=owner.id).id == analysis.id
    for analysis_id, owner_id in (
        (analysis.id, stranger.id),
        (new_id(), owner.id),
        ("../../etc", owner.id),
        ("\x00", owner.id),
        ("", owner.id),
    ):
        with pytest.raises(NotFound):
            service.get(analysis_id, owner_id=owner_id)


def test_lists_hold_what_is_mine_newest_first(owner, stranger, study):
    mine = [make_analysis(study).id for _ in range(3)]
    other = make_analysis(make_study(owner.id)).id
    make_analysis(make_study(stranger.id))
    assert [row.id for row in service.list_for(owner.id)] == [other, *reversed(mine)]
    assert [row.id for row in service.list_for(owner.id, study_id=study.id)] == list(reversed(mine))
    assert [row.id for row in service.list_for(owner.id, limit=1)] == [other]
    assert service.list_for(stranger.id, study_id=study.id) == []


def test_the_queue_position_counts_everybody_and_moves(owner, stranger, study):
    first, second = make_analysis(make_study(stranger.id)), make_analysis(study)
    assert service.get(second.id, owner_id=owner.id).queue_position == 2
    runs.claim(first.id, "w")
    assert service.get(second.id, owner_id=owner.id).queue_position == 1
    assert service.get(first.id, owner_id=stranger.id).queue_position is None


def test_cancel_is_for_the_owner_alone_and_twice_is_harmless(owner, stranger, study):
    analysis = make_analysis(study)
    with pytest.raises(NotFound):
        service.cancel(analysis.id, owner_id=stranger.id)
    assert service.get(analysis.id, owner_id=owner.id).status == Status.QUEUED
    assert [service.cancel(analysis.id, owner_id=owner.id).status for _ in range(2)] == [Status.CANCELLED] * 2


def test_rename(owner, stranger, study):
    analysis = make_analysis(study)
    assert service.rename(analysis.id, " New ", owner_id=owner.id).name == "New"
    with pytest.raises(NotFound):
        service.rename(analysis.id, "Mine now", owner_id=stranger.id)
    with pytest.raises(Invalid):
        service.rename(analysis.id, "  ", owner_id=owner.id)
    assert service.get(analysis.id, owner_id=owner.id).name == "New"


def test_a_finished_analysis_shows_its_manifest(owner, study):
    row = service.submit(study.id, owner_id=owner.id, parameters={})
    finish(row.id, pairs=b"1,2\n")
    done = service.get(row.id, owner_id=owner.id)
    assert (done.status, done.fraction, done.notes) == (Status.DONE, 1.0, ["A note."])
    assert done.metrics["tests"]["value"] == 190
    assert [file["name"] for file in done.files] == ["pairs.csv"]
    assert [output["name"] for output in done.outputs] == ["pairs"]
    assert done.started_at <= done.finished_at
    assert service.list_for(owner.id, whole=True) == [done]
    assert service.list_for(owner.id) == [replace(done, metrics={}, outputs=[], files=[], notes=[], log=[])]


def test_result_files_are_named_by_the_manifest_and_for_the_owner_alone(owner, stranger, study):
    analysis = make_analysis(study)
    with pytest.raises(NotFound):
        service.result_path(analysis.id, "pairs.csv", owner_id=owner.id)
    finish(analysis.id, pairs=b"1,2\n")
    assert service.result_path(analysis.id, "pairs.csv", owner_id=owner.id).read_bytes() == b"1,2\n"
    (storage.result_folder(analysis.id, 1) / "stray.csv").write_text("not in the manifest")
    for name in ("stray.csv", "../1/pairs.csv", "/etc/passwd", "", "pairs.csv\x00"):
        with pytest.raises(NotFound):
            service.result_path(analysis.id, name, owner_id=owner.id)
    with pytest.raises(NotFound):
        service.result_path(analysis.id, "pairs.csv", owner_id=stranger.id)
    storage.result_file(analysis.id, 1, "pairs.csv").unlink()
    with pytest.raises(NotFound):
        service.result_path(analysis.id, "pairs.csv", owner_id=owner.id)


def test_delete_takes_row_bell_and_files(owner, stranger, study):
    row = service.submit(study.id, owner_id=owner.id, parameters={})
    finish(row.id, pairs=b"1,2\n")
    with pytest.raises(NotFound):
        service.delete(row.id, owner_id=stranger.id)
    assert service.result_path(row.id, "pairs.csv", owner_id=owner.id).exists()
    service.delete(row.id, owner_id=owner.id)
    assert count(Analysis) == count(Outbox) == 0
    assert not storage.analysis_folder(row.id).exists()
    with pytest.raises(NotFound):
        service.delete(row.id, owner_id=owner.id)


def test_delete_of_what_runs_ends_the_right_of_its_worker(owner, study):
    row = service.submit(study.id, owner_id=owner.id, parameters={})
    claim = runs.claim(row.id, "w")
    service.delete(row.id, owner_id=owner.id)
    assert runs.heartbeat(claim) == runs.Standing.LOST
    assert runs.is_gone(claim)
    assert not runs.commit(claim, {"files": []})


def test_deleting_a_study_takes_its_analyses_along(owner, study):
    make_analysis(study)
    with writing() as session:
        session.delete(session.get(Study, study.id))
    assert service.list_for(owner.id) == []


def test_results_take_space_and_a_full_owner_starts_nothing(database, monkeypatch):
    monkeypatch.setenv("SCIFLASK_MAX_OWNER_MIB", "1")
    settings.cache_clear()
    owner = make_owner()
    study = make_study(owner.id)
    first = service.submit(study.id, owner_id=owner.id, parameters={})
    claim = runs.claim(first.id, "worker")
    assert claim is not None
    assert runs.commit(claim, {"files": [{"name": "pairs.csv", "bytes": 700_000}, {"name": "r.csv", "bytes": 500_000}]})
    with pytest.raises(Refused, match="Your files and results would take more than 1 MiB"):
        service.submit(study.id, owner_id=owner.id, parameters={})
    service.delete(first.id, owner_id=owner.id)
    assert service.submit(study.id, owner_id=owner.id, parameters={}).status == "queued"
