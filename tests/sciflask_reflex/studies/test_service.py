"""Studies: each function as the owner and as somebody else, and nothing half-made."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from sciflask_reflex import storage
from sciflask_reflex.db import reading
from sciflask_reflex.errors import CheckFailed, Invalid, NotFound, Refused
from sciflask_reflex.models import Analysis, Role, Status, Study, StudyInput, Upload
from sciflask_reflex.settings import settings
from sciflask_reflex.studies import service
from tests.factories import make_analysis, make_owner, make_study

SOUND = b"id,a,b\ns1,1,2\ns2,3,5\ns3,4,4\n"
WARNED = b"id,a,b,sex\ns1,1,2,f\ns2,3,5,m\ns3,4,4,f\n"
BROKEN = b"id,a,b\ns1,1,2\ns1,3,x\ns3,4,4\n"


def create(owner, inputs, name="Mine", **more):
    return service.create(owner.id, tool="correlation", name=name, inputs=inputs, **{"labels": {}, "accept_warnings": False} | more)


def on_disk() -> tuple[int, int]:
    return tuple(len(list((storage.root() / folder).glob("*"))) for folder in ("incoming", "studies"))


def in_database() -> tuple[int, int, int]:
    with reading() as session:
        return tuple(len(session.exec(select(table)).all()) for table in (Upload, Study, StudyInput))


def test_check_says_everything_and_saves_nothing(database, upload):
    owner = make_owner()
    upload_id = upload(owner.id, BROKEN)
    report = service.check(owner.id, "correlation", {"dataset1": upload_id}, {"dataset1": "genes"})
    assert not report.ok
    assert len(report.findings) == 2
    assert in_database() == (1, 0, 0)
    assert storage.staging(upload_id).read_bytes() == BROKEN
    with pytest.raises(NotFound):
        service.check(make_owner().id, "correlation", {"dataset1": upload_id}, {})


def test_check_refuses_what_makes_no_sense(database, upload):
    owner = make_owner()
    upload_id = upload(owner.id)
    with pytest.raises(NotFound):
        service.check(owner.id, "nonsense", {"dataset1": upload_id}, {})
    with pytest.raises(NotFound):
        service.check(owner.id, "correlation", {"dataset1": "0" * 32}, {})
    for inputs, field in (
        ({}, "dataset1"),
        ({"dataset1": upload_id, "x": upload_id}, "x"),
        ({"dataset1": upload_id, "dataset2": upload_id}, "dataset2"),
    ):
        with pytest.raises(Invalid) as caught:
            service.check(owner.id, "correlation", inputs, {})
        assert field in caught.value.fields


def test_a_live_tool_has_no_studies(database):
    owner = make_owner()
    for act in (service.check, lambda owner_id, tool, inputs: service.create(owner_id, tool=tool, name="Mine", inputs=inputs)):
        with pytest.raises(Invalid, match="It is a live tool"):
            act(owner.id, "smoothing", {})
    assert in_database() == (0, 0, 0)


def test_an_upload_that_has_not_arrived_is_not_there(database):
    owner = make_owner()
    intake = service.start_upload(owner.id, "x.csv", 100)
    with pytest.raises(NotFound):
        service.check(owner.id, "correlation", {"dataset1": intake.upload_id}, {})
    intake.abort()


def test_the_same_file_twice_is_told(database, upload):
    owner = make_owner()
    report = service.check(owner.id, "correlation", {"dataset1": upload(owner.id), "dataset2": upload(owner.id)}, {})
    assert [f.message for f in report.warnings][-1] == "Two inputs hold the very same file."


def test_create(database, upload):
    owner = make_owner()
    row = create(owner, {"dataset1": upload(owner.id, SOUND, "genes.csv")}, name="  My  study ", labels={"dataset1": "genes"})
    assert (row.name, row.tool, row.findings, row.is_example, row.analyses) == ("My study", "correlation", [], False, 0)
    (item,) = row.inputs
    assert (item.slot, item.title, item.filename, item.label, item.bytes) == ("dataset1", "Dataset 1", "genes.csv", "genes", len(SOUND))
    assert item.facts["rows"] == 3
    path = storage.study_input(row.id, "dataset1")
    assert path.read_bytes() == SOUND
    assert path.stat().st_mode & 0o777 == 0o600
    assert in_database() == (0, 1, 1)
    assert on_disk() == (0, 1)


def test_create_takes_only_own_uploads(database, upload):
    upload_id = upload(make_owner().id)
    with pytest.raises(NotFound):
        create(make_owner(), {"dataset1": upload_id})
    assert in_database() == (1, 0, 0)
    assert on_disk() == (1, 0)


def test_errors_are_never_accepted_and_warnings_only_on_purpose(database, upload):
    owner = make_owner()
    inputs = {"dataset1": upload(owner.id, BROKEN)}
    for accept in (False, True):
        with pytest.raises(CheckFailed) as caught:
            create(owner, inputs, accept_warnings=accept)
        assert len(caught.value.findings) == 2
    inputs = {"dataset1": upload(owner.id, WARNED)}
    with pytest.raises(CheckFailed, match="1 warning"):
        create(owner, inputs)
    assert in_database()[1] == 0
    assert [f["severity"] for f in create(owner, inputs, accept_warnings=True).findings] == ["warning"]


def test_names_are_unique_for_each_owner(database, upload):
    owner, other = make_owner(), make_owner()
    create(owner, {"dataset1": upload(owner.id)}, name="Straße 1")
    with pytest.raises(Invalid) as caught:
        create(owner, {"dataset1": upload(owner.id)}, name="STRASSE  1")
    assert "name" in caught.value.fields
    assert in_database() == (1, 1, 1)
    assert on_disk() == (1, 1)
    create(other, {"dataset1": upload(other.id)}, name="Straße 1")


def test_labels_need_a_file(database, upload):
    owner = make_owner()
    with pytest.raises(Invalid) as caught:
        create(owner, {"dataset1": upload(owner.id)}, labels={"dataset2": "x"})
    assert "dataset2" in caught.value.fields


def test_quota_of_studies_by_role(database, upload, monkeypatch):
    monkeypatch.setenv("SCIFLASK_MAX_STUDIES_GUEST", "1")
    monkeypatch.setenv("SCIFLASK_MAX_STUDIES", "2")
    settings.cache_clear()
    for owner, most in ((make_owner(Role.GUEST), 1), (make_owner(), 2)):
        for number in range(most):
            create(owner, {"dataset1": upload(owner.id)}, name=f"n{number}")
        with pytest.raises(Refused, match=f"{most} stud(y|ies) already"):
            create(owner, {"dataset1": upload(owner.id)}, name="more")


def test_two_at_once_never_exceed_the_quota(database, upload, monkeypatch):
    monkeypatch.setenv("SCIFLASK_MAX_STUDIES_GUEST", "2")
    settings.cache_clear()
    owner = make_owner(Role.GUEST)
    inputs = [{"dataset1": upload(owner.id)} for _ in range(5)]

    def attempt(number: int) -> bool:
        try:
            create(owner, inputs[number], name=f"n{number}")
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(attempt, range(5))) == 2
    assert in_database() == (3, 2, 2)
    assert on_disk() == (3, 2)


def test_one_upload_becomes_one_study_however_often_it_is_sent(database, upload):
    owner = make_owner()
    inputs = {"dataset1": upload(owner.id)}

    def attempt(number: int) -> bool:
        try:
            create(owner, inputs, name=f"n{number}")
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1
    assert in_database() == (0, 1, 1)
    assert on_disk() == (0, 1)


def test_a_failing_commit_leaves_nothing_half_made(database, upload, monkeypatch):
    owner = make_owner()
    inputs = {"dataset1": upload(owner.id)}

    def broken(*_):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(service, "add_rows", broken)
        with pytest.raises(RuntimeError):
            create(owner, inputs)
    assert in_database() == (1, 0, 0)
    assert on_disk() == (1, 0)
    assert create(owner, inputs).name == "Mine"


def test_files_are_copied_where_there_are_no_links(database, upload, monkeypatch):
    owner = make_owner()

    def forbidden(*_, **__):
        raise PermissionError

    monkeypatch.setattr("os.link", forbidden)
    row = create(owner, {"dataset1": upload(owner.id, SOUND)})
    assert storage.study_input(row.id, "dataset1").read_bytes() == SOUND
    assert on_disk() == (0, 1)


def test_get_and_list_by_owner_and_by_somebody_else(database):
    owner, other = make_owner(), make_owner()
    first, second = make_study(owner.id), make_study(owner.id)
    make_analysis(first)
    assert [row.id for row in service.list_for(owner.id)] == [second.id, first.id]
    assert [row.analyses for row in service.list_for(owner.id)] == [0, 1]
    assert service.get(first.id, owner_id=owner.id).name == first.name
    assert service.list_for(other.id) == []
    for study_id, asker in ((first.id, other), ("x", owner), ("\x00", owner), ("0" * 32, owner)):
        with pytest.raises(NotFound):
            service.get(study_id, owner_id=asker.id)


def test_rename_by_owner_and_by_somebody_else(database):
    owner, other = make_owner(), make_owner()
    study, second = make_study(owner.id, name="One"), make_study(owner.id, name="Two")
    with pytest.raises(NotFound):
        service.rename(study.id, "Stolen", owner_id=other.id)
    with pytest.raises(Invalid):
        service.rename(study.id, " two ", owner_id=owner.id)
    assert service.rename(study.id, "ONE", owner_id=owner.id).name == "ONE"
    assert service.get(second.id, owner_id=owner.id).name == "Two"


def test_delete_by_owner_and_by_somebody_else(database):
    owner = make_owner()
    study = make_study(owner.id)
    analyses = [make_analysis(study, status=status) for status in (Status.DONE, Status.QUEUED, Status.RUNNING)]
    for analysis in analyses:
        storage.result_folder(analysis.id, 1).mkdir(parents=True)
    with pytest.raises(NotFound):
        service.delete(study.id, owner_id=make_owner().id)
    service.delete(study.id, owner_id=owner.id)
    with reading() as session:
        assert session.exec(select(Analysis)).all() == []
    assert in_database() == (0, 0, 0)
    assert on_disk() == (0, 0)
    assert not any((storage.root() / "results").iterdir())
    with pytest.raises(NotFound):
        service.delete(study.id, owner_id=owner.id)


def test_the_example_is_made_once_for_each_owner(database, monkeypatch):
    monkeypatch.setenv("SCIFLASK_MAX_STUDIES_GUEST", "1")
    settings.cache_clear()
    owner, other = make_owner(Role.GUEST), make_owner(Role.GUEST)
    row = service.make_example(owner.id, "correlation")
    assert row.is_example
    assert all(storage.study_input(row.id, item.slot).is_file() for item in row.inputs)
    assert service.make_example(owner.id, "correlation").id == row.id
    assert service.make_example(other.id, "correlation").id != row.id
    with pytest.raises(NotFound):
        service.make_example(owner.id, "nonsense")


def test_the_example_leaves_the_persons_own_name_alone(database):
    owner = make_owner()
    name = service.make_example(make_owner().id, "correlation").name
    make_study(owner.id, name=name)
    assert service.make_example(owner.id, "correlation").name == f"{name} (2)"


def test_many_clicks_at_once_make_one_example(database):
    owner = make_owner(Role.GUEST)
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda _: service.make_example(owner.id, "correlation").id, range(4)))
    assert len(ids) == 1
    assert in_database()[1] == 1
    assert on_disk() == (0, 1)
