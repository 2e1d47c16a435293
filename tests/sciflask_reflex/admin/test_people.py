"""What an admin does to people: through the services, written down, and never the last admin."""

import threading
from typing import Any

import pytest
from sqlmodel import col, func, select

from sciflask_reflex import links
from sciflask_reflex.account.deletion import erase
from sciflask_reflex.db import reading
from sciflask_reflex.errors import Refused
from sciflask_reflex.identity import forgotten, people, service
from sciflask_reflex.identity.models import Account, LocalUser, OneTimeLink
from sciflask_reflex.identity.sessions import principal_of_token
from sciflask_reflex.models import Analysis, Mail, Owner, Role, Status, Study
from tests.factories import make_analysis, make_study
from tests.sciflask_reflex.admin.browser import Visitor, log


def owner(owner_id: str) -> Owner | None:
    """Return an owner as stored."""
    with reading() as session:
        return session.get(Owner, owner_id)


def able_admins() -> int:
    """Count who can run the site."""
    query = select(func.count()).select_from(Owner).join(Account, col(Account.owner_id) == col(Owner.id))
    query = query.join(LocalUser, col(LocalUser.id) == col(Account.local_user_id))
    with reading() as session:
        return session.exec(query.where(Owner.role == Role.ADMIN, col(LocalUser.enabled).is_(True))).one()


def test_somebody_is_invited(sqlite: str, visitor: Visitor, admin: Any) -> None:
    form = {"email": "New@Example.org", "first_name": "Rosalind", "last_name": "Franklin", "role": "user"}
    assert visitor.post("/admin/people/create", data=form).status_code == 303
    with reading() as session:
        account = session.exec(select(Account).where(Account.email == "new@example.org")).one()
        mail = session.exec(select(Mail).where(Mail.to == "new@example.org")).one()
        link = session.exec(select(OneTimeLink)).one()
    assert mail.link_page == "/reset-password/new"
    assert mail.link_id == link.id
    assert links.PLACE in mail.body
    forgotten.choose(links.token_of(link.id), "correct horse battery", ip="192.0.2.1")
    (event,) = log("admin:person:create")
    assert (event.actor_id, event.subject_id) == (admin.id, account.owner_id)
    assert event.detail["fields"] == "email,first_name,last_name,role"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"email": "no address"}, "not an e-mail address"), ({"email": "grace@example.org"}, "an account with this address"),
        ({"first_name": " "}, "Enter the first name"), ({"role": "guest"}, "role is one of"), ({"role": "emperor"}, "role is one of"),
    ],
)  # fmt: skip
def test_a_wrong_form_is_explained(sqlite: str, visitor: Visitor, form: dict[str, str], words: str) -> None:
    good = {"email": "new@example.org", "first_name": "Rosalind", "last_name": "Franklin", "role": "user"}
    answer = visitor.post("/admin/people/create", data=good | form)
    assert answer.status_code == 422
    assert words in answer.text.replace("&#39;", "'")
    assert not log("admin:person:create")


def test_name_and_role_change_and_nothing_else(sqlite: str, visitor: Visitor, person: Any) -> None:
    somebody = person()
    form = {"first_name": "Ada", "last_name": "King", "role": "admin", "email": "evil@example.org", "enabled": "", "id": "x", "bytes": "1"}
    assert visitor.post(f"/admin/people/edit?pk={somebody.id}", data=form).status_code == 303
    changed = owner(somebody.id)
    assert changed is not None
    assert (changed.name, changed.role, changed.email) == ("Ada King", "admin", somebody.email)
    assert [event.detail["fields"] for event in log("admin:person:edit")] == ["role", "last_name"]
    assert not principal_of_token(somebody.token).is_somebody  # a new role begins with a new session


def test_keeping_out_and_letting_in(sqlite: str, visitor: Visitor, person: Any) -> None:
    somebody = person()
    assert visitor.press("people", "disable", somebody.id).status_code == 200
    assert not principal_of_token(somebody.token).is_somebody
    assert visitor.press("people", "disable", somebody.id).status_code == 400  # it is no longer offered
    assert visitor.press("people", "enable", somebody.id).status_code == 200
    assert [event.detail["fields"] for event in log("admin:person:edit")] == ["enabled", "enabled"]


def test_second_factors_sessions_links(sqlite: str, visitor: Visitor, person: Any, admin: Any) -> None:
    somebody = person()
    assert visitor.press("people", "password", somebody.id).status_code == 200
    assert visitor.press("people", "sessions", somebody.id).status_code == 200
    assert not principal_of_token(somebody.token).is_somebody
    assert {event.detail["act"] for event in log("admin:person:action")} == {"password link", "end sessions"}
    assert {event.subject_id for event in log("admin:person:action")} == {somebody.id}


def test_an_account_goes_with_everything(sqlite: str, visitor: Visitor, person: Any) -> None:
    somebody = person()
    make_analysis(make_study(somebody.id), status=Status.RUNNING)
    assert visitor.press("people", "delete", somebody.id).status_code == 200
    assert owner(somebody.id) is None
    (event,) = log("admin:person:delete")
    assert event.subject_id == somebody.id
    assert visitor.post("/admin/_api/people/action", params={"name": "delete", "pks": "0" * 32}).status_code == 400


@pytest.mark.parametrize("act", ["disable", "delete"])
def test_the_last_admin_stays(database: str, visitor: Visitor, admin: Any, act: str) -> None:
    answer = visitor.press("people", act, admin.id)
    assert answer.status_code == 400
    assert "only person who runs the site" in answer.json()["msg"]
    assert able_admins() == 1
    assert not log(f"admin:person:{act}")
    form = {"first_name": "Grace", "last_name": "Other", "role": "user"}
    refused = visitor.post(f"/admin/people/edit?pk={admin.id}", data=form)
    assert refused.status_code == 422
    assert "only person who runs the site" in refused.text
    kept = owner(admin.id)
    assert kept is not None
    assert kept.name == "Grace Hopper"


@pytest.mark.parametrize("turn", [1, 2, 3])
@pytest.mark.parametrize(
    "acts", [("demote", "demote"), ("disable", "disable"), ("delete", "delete"), ("demote", "delete"), ("disable", "demote")]
)
def test_of_two_admins_at_once_one_stays(database: str, person: Any, acts: tuple[str, str], turn: int) -> None:
    ways = {
        "demote": lambda who: service.set_role(who.email, Role.USER),
        "disable": lambda who: people.set_enabled(who.id, enabled=False),
        "delete": lambda who: erase(who.id),
    }
    two = [person(Role.ADMIN), person(Role.ADMIN)]
    start, ended = threading.Barrier(2), []

    def run(act: str, who: Any) -> None:
        start.wait()
        try:
            ways[act](who)
            ended.append("done")
        except Refused:
            ended.append("refused")

    threads = [threading.Thread(target=run, args=each) for each in zip(acts, two, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(ended) == ["done", "refused"]
    assert able_admins() == 1


def test_work_is_renamed_cancelled_and_deleted(sqlite: str, visitor: Visitor, person: Any) -> None:
    somebody = person()
    study = make_study(somebody.id)
    analysis = make_analysis(study, status=Status.RUNNING)
    assert visitor.post(f"/admin/studies/edit?pk={study.id}", data={"name": "New", "owner_id": "x", "tool": "x"}).status_code == 303
    assert visitor.post(f"/admin/analyses/edit?pk={analysis.id}", data={"name": "Newer", "status": "done"}).status_code == 303
    with reading() as session:
        assert session.get_one(Study, study.id).name == "New"
        kept = session.get_one(Analysis, analysis.id)
        assert (kept.name, kept.status, kept.owner_id) == ("Newer", Status.RUNNING, somebody.id)
    assert visitor.post(f"/admin/studies/edit?pk={study.id}", data={"name": " "}).status_code == 422
    assert visitor.press("analyses", "cancel", analysis.id).status_code == 200
    assert visitor.press("analyses", "delete", analysis.id).status_code == 200
    assert visitor.press("studies", "delete", study.id).status_code == 200
    with reading() as session:
        assert session.get(Study, study.id) is None
        assert session.get(Analysis, analysis.id) is None
    for tag in ("study:edit", "analysis:edit", "analysis:cancel", "analysis:delete", "study:delete"):
        (event,) = log(f"admin:{tag}")
        assert event.subject_id == somebody.id


@pytest.mark.parametrize("key", ["audit", "mails", "faults", "sessions", "tokens", "shares"])
def test_records_are_only_read(sqlite: str, visitor: Visitor, person: Any, key: str) -> None:
    assert visitor.get(f"/admin/{key}/create").status_code == 403
    assert visitor.post(f"/admin/{key}/create", data={"id": "1"}).status_code == 403
    assert visitor.post(f"/admin/{key}/edit?pk=1", data={"id": "1"}).status_code == 403
    assert visitor.press(key, "delete", 1).status_code == 400
    assert visitor.post(f"/admin/_api/{key}/action", params={"name": "delete", "pks": "1"}).status_code == 400
    assert visitor.post(f"/admin/_api/{key}/import", data={"format": "csv"}).status_code == 403
    assert visitor.get(f"/admin/_api/{key}/inline-edit", params={"pk": "1", "field": "id"}).status_code == 403


def test_rules_are_made_changed_and_deleted(sqlite: str, visitor: Visitor, person: Any) -> None:
    assert visitor.post("/admin/roles/create", data={"role": "reader", "max_studies": "3"}).status_code == 303
    assert visitor.post("/admin/roles/create", data={"role": "Big Boss", "max_studies": "3"}).status_code == 422
    assert visitor.post("/admin/roles/edit?pk=reader", data={"title": "Reader", "max_studies": "0", "tools": "nothing"}).status_code == 422
    assert visitor.post("/admin/roles/edit?pk=reader", data={"title": "Reader", "max_studies": "0"}).status_code == 303
    holder = person("reader")
    assert visitor.press("roles", "delete", "reader").status_code == 400
    service.set_role(holder.email, Role.USER)
    assert visitor.press("roles", "delete", "reader").status_code == 200
    assert visitor.post("/admin/domains/create", data={"domain": "@Bücher.example.", "allowed": "on"}).status_code == 303
    assert "xn--bcher-kva.example" in visitor.get("/admin/domains/list").text
    assert visitor.post("/admin/domains/create", data={"domain": "nonsense", "allowed": "on"}).status_code == 422
    assert visitor.press("domains", "delete", "xn--bcher-kva.example").status_code == 200
    assert visitor.post("/admin/announcements/create", data={"text": "We move", "tone": "warning"}).status_code == 303
    assert visitor.post("/admin/announcements/edit?pk=1", data={"text": "We moved", "tone": "info"}).status_code == 303
    assert visitor.press("announcements", "delete", 1).status_code == 200
    assert [event.detail["fields"] for event in log("admin:role:edit")] == ["title,max_studies"]
    for model in ("role", "academicdomain", "announcement"):
        assert len(log(f"admin:{model}:create")) == len(log(f"admin:{model}:delete")) == 1
