"""Everything of one person in one zip: theirs, whole, safe to unpack, without a secret, and made a piece at a time."""

import io
import json
import tracemalloc
from zipfile import ZipFile

import pytest
from sqlmodel import select

from sciflask_reflex import storage
from sciflask_reflex.api.export import EXPORTS
from sciflask_reflex.api.takeout import takeout
from sciflask_reflex.db import reading
from sciflask_reflex.identity import looking, service
from sciflask_reflex.identity.cookies import hash_of
from sciflask_reflex.identity.models import ApiToken, LocalUser
from sciflask_reflex.models import AuditEvent, Role
from tests.factories import make_study
from tests.sciflask_reflex.api.conftest import OURS, PASSWORD, RESULTS

PATH = "/api/v1/me/export.zip"


def opened(answer):
    assert answer.status_code == 200
    archive = ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


def test_everything_is_in_it_as_it_came(ask, ada, bob, done):
    theirs = make_study(bob.owner_id, name="Not yours")
    answer = ask("GET", PATH, ada.cookie)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert (answer.headers["cache-control"], answer.headers["content-type"]) == ("private, no-store", "application/zip")
    archive = opened(answer)
    names = archive.namelist()
    folder = "studies/001_Mice & men"
    assert {"README.txt", "account.json", "activity.jsonl", f"{folder}/study.json", f"{folder}/files/наука.csv"} <= set(names)
    assert archive.read(f"{folder}/files/наука.csv") == b"sample,f\ndataset1,1\n"
    for name, data in RESULTS.items():
        assert archive.read(f"{folder}/analyses/001_First look/{name}") == data
    found = json.loads(archive.read(f"{folder}/analyses/001_First look/analysis.json"))
    assert (found["parameters"], found["manifest"]["seed"]) == ({"alpha": 0.05}, 7)
    account = json.loads(archive.read("account.json"))
    assert account["account"]["email"] == "ada@example.org"
    assert len(account["api_tokens"]) == 2
    assert "MISSING.txt" not in names
    everything = b"".join(archive.read(name) for name in names).decode()
    assert theirs.id not in everything
    assert "bob@example.org" not in everything
    for name in names:
        assert not name.startswith("/")
        assert ".." not in name.split("/")
        assert "\\" not in name
    assert len({name.casefold() for name in names}) == len(names)


def test_nothing_in_it_opens_anything(ask, ada, done):
    archive = opened(ask("GET", PATH, ada.cookie))
    content = "".join(archive.read(name).decode() for name in archive.namelist())
    token = ada.cookie["cookie"].partition("=")[2]
    with reading() as session:
        stored = [key.token_sha256 for key in session.exec(select(ApiToken)).all()]
        password = session.exec(select(LocalUser.password_hash)).first()
    for secret in (PASSWORD, token, hash_of(token), hash_of(token)[:16], *stored, (password or b"").decode()):
        assert secret not in content
    assert str(storage.root()) not in content


def test_it_is_written_down(ask, ada, done):
    assert ask("GET", PATH, ada.cookie).status_code == 200
    with reading() as session:
        assert "account:export" in session.exec(select(AuditEvent.tag).where(AuditEvent.actor_id == ada.owner_id)).all()


def test_by_the_session_alone_and_from_here(ask, ada, guest, site):
    assert ask("GET", PATH).status_code == 401
    assert ask("GET", PATH, guest).status_code == 401
    for bearer in (ada.read, ada.submit):
        assert ask("GET", PATH, bearer).status_code == 403
    for elsewhere in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        assert ask("GET", PATH, ada.cookie | elsewhere).status_code == 403
    typed = {"cookie": ada.cookie["cookie"], "sec-fetch-site": "none"}
    assert ask("GET", PATH, typed).status_code == 200
    assert ask("POST", PATH, ada.cookie).status_code == 405


def test_not_by_an_admin_who_looks_as_somebody(ask, ada, bob):
    service.set_role("bob@example.org", Role.ADMIN)
    from sciflask_reflex.identity.signing_in import Browser, complete

    token = complete(bob.owner_id, Browser("192.0.2.1", "", ""), method="password", remember=False).session
    looking.start(token, ada.owner_id)
    assert ask("GET", PATH, {"cookie": f"sciflask_session={token}", "origin": OURS}).status_code == 403


def test_not_all_day_long(ask, ada):
    answers = [ask("GET", PATH, ada.cookie).status_code for _ in range(EXPORTS.most + 1)]
    assert answers == [200] * EXPORTS.most + [429]


def test_a_file_that_is_lost_is_named_and_the_rest_comes(ask, ada, done):
    storage.result_file(done.id, 1, "pairs.csv").unlink()
    archive = opened(ask("GET", PATH, ada.cookie))
    assert "pairs.csv" in archive.read("MISSING.txt").decode()
    assert archive.read("studies/001_Mice & men/analyses/001_First look/figure.svg") == RESULTS["figure.svg"]


@pytest.mark.parametrize("name", ["../../evil", "a/b\\c", "CON", "\u202egnp.exe", "a" * 120])
def test_names_are_safe_everywhere(sqlite, keys, name):
    from tests.accounts import make_account

    ada = make_account()
    make_study(ada.owner_id, name=name)
    names = ZipFile(io.BytesIO(b"".join(takeout(ada.owner_id, "SciFlask")))).namelist()
    (folder,) = {entry.split("/")[1] for entry in names if entry.startswith("studies/")}
    assert folder.startswith("001_")
    assert not set(folder) & set("\\/:\u202e")
    assert len(folder.encode()) <= 130
    assert {entry.partition("/")[0] for entry in names} == {"README.txt", "account.json", "activity.jsonl", "studies"}


def test_large_files_are_never_in_memory_at_once(sqlite, keys):
    from tests.accounts import make_account

    ada = make_account()
    study = make_study(ada.owner_id)
    with storage.study_input(study.id, "dataset1").open("wb") as out:
        out.truncate(200 * 1024 * 1024)
    tracemalloc.start()
    most = max(len(piece) for piece in takeout(ada.owner_id, "SciFlask"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2 * 1024 * 1024
    assert peak < 8 * 1024 * 1024


def test_a_reader_who_goes_away_leaves_nothing_open(sqlite, keys):
    from tests.accounts import make_account

    ada = make_account()
    study = make_study(ada.owner_id)
    with storage.study_input(study.id, "dataset1").open("wb") as out:
        out.truncate(5 * 1024 * 1024)
    pieces = takeout(ada.owner_id, "SciFlask")
    for _ in range(6):
        next(pieces)
    pieces.close()  # raises if the archive is not in order
