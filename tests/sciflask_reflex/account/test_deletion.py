"""An account goes with everything in it, while analyses run, and leaves the log alone."""

import pytest
from sqlmodel import select

from sciflask_reflex import storage
from sciflask_reflex.account import deletion
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound, Refused
from sciflask_reflex.identity import sessions, tokens
from sciflask_reflex.identity.models import Account, ApiToken, LocalAuthSession, LocalUser, OneTimeLink, SessionDetail
from sciflask_reflex.jobs import runs
from sciflask_reflex.models import Analysis, AuditEvent, Owner, Role, Share, Status, Study, Upload, utcnow
from sciflask_reflex.studies import service as studies
from tests.accounts import IP, PASSWORD, mails_to, make_session
from tests.factories import make_analysis, make_study

PRIVATE = (Owner, Account, LocalUser, LocalAuthSession, SessionDetail, ApiToken, OneTimeLink, Study, Analysis, Upload, Share)


@pytest.fixture
def ada(site, someone):
    return someone()


def delete(person, confirm="ada@example.org", password=PASSWORD):
    deletion.delete_account(person.who, confirm, password, session_token=person.token, ip=IP)


def fill(person):
    """Give somebody one of everything, two analyses under way; returns the study and the analyses."""
    study = make_study(person.owner_id, name="Secret study")
    done, running = make_analysis(study, status=Status.DONE, name="Secret analysis"), make_analysis(study)
    claim = runs.claim(running.id, "worker-1")
    assert claim
    for analysis in (done, running):
        folder = storage.analysis_folder(analysis.id)
        folder.mkdir(parents=True)
        (folder / "result").write_text("x")
    intake = studies.start_upload(person.owner_id, "data.csv", None)
    intake.write(b"a,b\n")
    intake.finish()
    with writing() as session:
        session.add(Share(analysis_id=done.id, owner_id=person.owner_id, token_sha256=person.owner_id * 2, expires_at=utcnow()))
    tokens.create_for(person.owner_id, name="script", scope="read", days=1)
    return study, done, running, claim


def test_everything_goes_and_the_log_stays(ada, someone, dump):
    bob = someone("bob@example.org")
    kept = make_study(bob.owner_id)
    study, done, running, _ = fill(ada)
    delete(ada)
    with reading() as session:
        left = [row.id for row in session.exec(select(Owner)).all()]
        assert left == [bob.owner_id]
        assert [row.id for row in session.exec(select(Study)).all()] == [kept.id]
        for table in (Analysis, Upload, Share, ApiToken, OneTimeLink):
            assert session.exec(select(table)).all() == []
        assert len(session.exec(select(LocalUser)).all()) == len(session.exec(select(LocalAuthSession)).all()) == 1
        tags = session.exec(select(AuditEvent.tag).where(AuditEvent.subject_id == ada.owner_id)).all()
    assert "account:delete" in tags
    assert not any(
        path.exists() for path in (storage.study_folder(study.id), storage.analysis_folder(done.id), storage.analysis_folder(running.id))
    )
    assert list((storage.root() / "incoming").iterdir()) == []
    assert storage.study_folder(kept.id).exists()
    content = dump()
    assert "Secret" not in content
    assert not sessions.principal_of_token(ada.token).is_somebody
    assert sessions.principal_of_token(bob.token).is_somebody
    (letter,) = mails_to("ada@example.org")
    assert "deleted" in letter.subject


def test_the_worker_finds_its_analysis_gone_and_can_say_nothing_more(ada):
    *_, claim = fill(ada)
    delete(ada)
    assert runs.standing(claim) is runs.Standing.LOST
    assert runs.heartbeat(claim) is runs.Standing.LOST
    assert runs.is_gone(claim)
    assert not runs.progress(claim, "Still there", 0.5, [])


def test_nothing_can_be_added_afterwards(ada):
    from sciflask_reflex.analyses import service as analyses

    study, *_ = fill(ada)
    delete(ada)
    with pytest.raises(NotFound):
        analyses.submit(study.id, owner_id=ada.owner_id, parameters={})
    with pytest.raises(NotFound):
        deletion.erase(ada.owner_id)


@pytest.mark.parametrize(
    ("given", "field"), [({"confirm": ""}, "confirm"), ({"confirm": "yes"}, "confirm"), ({"password": "wrong"}, "current_password")]
)
def test_only_with_the_typed_address_and_the_password(ada, given, field):
    with pytest.raises(Invalid) as fault:
        delete(ada, **given)
    assert fault.value.fields.keys() == {field}
    assert sessions.principal_of_token(ada.token).is_somebody


def test_the_last_admin_stays_and_keeps_everything(site, someone):
    admin = someone(role=Role.ADMIN)
    study, *_ = fill(admin)
    with pytest.raises(Refused):
        delete(admin)
    with reading() as session:
        assert session.get(Study, study.id)
        assert session.exec(select(Analysis.status).where(Analysis.study_id == study.id, Analysis.status == Status.RUNNING)).all()
    assert sessions.principal_of_token(admin.token).is_admin
    other = someone("eve@example.org", role=Role.ADMIN)
    delete(admin)
    with pytest.raises(Refused):
        delete(other, "eve@example.org")


def test_the_address_is_free_again(ada, someone):
    make_session(ada.who)
    delete(ada)
    assert someone().owner_id != ada.owner_id
