"""What happened, in words: to this person, and to nobody else."""

import ast
from pathlib import Path

import sciflask_reflex
from sciflask_reflex import audit
from sciflask_reflex.account import activity
from sciflask_reflex.db import writing
from sciflask_reflex.identity.cookies import hash_of, new_guest_token
from sciflask_reflex.identity.sessions import ensure_guest
from sciflask_reflex.identity.signing_in import Browser, complete
from sciflask_reflex.models import new_id
from tests.factories import make_analysis, make_study


def note(tag, owner_id, *, session="", ip="", subject_id=None, **more):
    with audit.acting(audit.Actor(owner_id, session, ip)), writing() as db:
        audit.record(db, tag, subject_id=subject_id, **more)


def test_newest_first_a_page_at_a_time_and_only_ones_own(site, someone):
    ada, bob = someone(), someone("bob@example.org")
    for number in range(25):
        note("analysis:submit", ada.owner_id, thing=f"analysis:{number}")
    note("study:create", bob.owner_id)
    rows, more = activity.events_of(ada.owner_id)
    assert (len(rows), more) == (activity.PAGE, True)
    assert [row.id for row in rows] == sorted((row.id for row in rows), reverse=True)
    rest, more = activity.events_of(ada.owner_id, before=rows[-1].id)
    assert (more, {row.what for row in rows}) == (False, {"Analysis started"})
    assert not {row.id for row in rows} & {row.id for row in rest}
    assert "Study made" not in {row.what for row in [*rows, *rest]}


def test_where_is_told_by_comparison(site, someone):
    ada = someone()
    note("account:name:change", ada.owner_id, session=hash_of(ada.token), ip="192.0.2.1")
    note("account:name:change", ada.owner_id, session="f" * 64, ip="198.51.100.7")
    note("account:login:success", ada.owner_id, session="f" * 64, ip="192.0.2.1", method="passkey")
    rows, _ = activity.events_of(ada.owner_id, session_sha256=hash_of(ada.token), ip="192.0.2.1")
    assert [(row.what, row.where) for row in rows[:3]] == [
        ("Signed in (passkey)", "A session that has ended, the network you are in now"),
        ("Name changed", "A session that has ended, another network"),
        ("Name changed", "This session, the network you are in now"),
    ]
    assert "192.0.2" not in repr(rows)


def test_a_sign_in_is_ones_own_and_a_guests_try_is_nobodys(site, someone):
    ada, token = someone(), new_guest_token()
    before = ensure_guest(token, ip="192.0.2.1").owner_id
    with audit.acting(audit.Actor(before, hash_of(token), "192.0.2.1")):
        signed = complete(ada.owner_id, Browser("192.0.2.1"), method="password", remember=False)
    note("account:login:failure", before, session=hash_of(token), ip="192.0.2.1", subject_id=ada.owner_id)
    (failed, sign_in, *_), _ = activity.events_of(ada.owner_id, session_sha256=hash_of(signed.session), ip="192.0.2.1")
    assert (failed.what, failed.where) == ("Wrong password at sign-in", "The network you are in now")
    assert (sign_in.what, sign_in.where) == ("Signed in (password)", "This session, the network you are in now")


def test_a_study_or_an_analysis_is_named_as_long_as_it_is_there_and_ones_own(site, someone):
    ada, other = someone(), someone("eve@example.org")
    study = make_study(ada.owner_id, name="Cohort")
    analysis, theirs = make_analysis(study, name="First run"), make_analysis(make_study(other.owner_id), name="Secret")
    for tag, thing in (
        ("study:create", f"study:{study.id}"), ("analysis:submit", f"analysis:{analysis.id}"), ("analysis:delete", f"analysis:{new_id()}"),
        ("share:use", f"analysis:{theirs.id}"), ("analysis:submit", ""),
    ):  # fmt: skip
        note(tag, ada.owner_id, subject_id=ada.owner_id, thing=thing)
    rows, _ = activity.events_of(ada.owner_id)
    assert [row.what for row in rows[:5]] == [
        "Analysis started", "Link to a result opened", "Analysis deleted", "Analysis started: First run", "Study made: Cohort",
    ]  # fmt: skip


def test_what_others_did_is_said_to_be_theirs(site, someone):
    ada, admin = someone(), someone("eve@example.org", role="admin")
    note("admin:look:start", admin.owner_id, ip="192.0.2.1", subject_id=ada.owner_id)
    (row, *_), _ = activity.events_of(ada.owner_id, ip="192.0.2.1")
    assert (row.what, row.where) == ("An admin began to look at the site as you see it", "By the people who run this site")


def test_a_tag_without_words_is_taken_apart(site, someone):
    assert activity.in_words("account:passkey:something-new") == "Account: passkey something new"


def test_all_that_happens_to_a_persons_things_has_words(site, someone):
    about = ("account:", "study:", "file:", "analysis:", "share:", "retention:analysis")
    sources = [path for path in Path(sciflask_reflex.__file__).parent.rglob("*.py") if path.name not in ("activity.py", "keys.py")]
    calls = [
        (getattr(node.func, "attr", ""), [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)])
        for path in sources
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    ]
    written = {
        text for name, texts in calls if name in ("record", "note") for text in texts if isinstance(text, str) and text.startswith(about)
    }
    tags = {text for text in written if " " not in text and not text.endswith(":") and text.count(":") > 0}
    assert len(tags) > 30
    assert {tag for tag in tags if tag not in activity.WORDS} == set()
