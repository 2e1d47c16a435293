import altcha
import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sciflask_reflex import routes
from sciflask_reflex.db import reading
from sciflask_reflex.entry import human_http
from sciflask_reflex.entry.http import ROUTES
from sciflask_reflex.http.flash import COOKIE, read_flash
from sciflask_reflex.identity import human
from sciflask_reflex.identity.buckets import Buckets
from sciflask_reflex.identity.models import Account
from sciflask_reflex.settings import settings
from tests.accounts import PASSWORD

FORM = {
    "first_name": "Ada",
    "last_name": "King",
    "email": "ada@imperial.ac.uk",
    "password": PASSWORD,
    "confirm_password": PASSWORD,
    "terms": "on",
}


@pytest.fixture
def client(sqlite, keys, monkeypatch):
    monkeypatch.setattr(human_http, "_buckets", Buckets())
    monkeypatch.setattr(human, "COST", 2)
    monkeypatch.setenv("SCIFLASK_HUMAN_CHECK", "on")
    settings.cache_clear()
    app = Starlette(routes=[*ROUTES, *human_http.ROUTES])
    return TestClient(app, "http://localhost:3000", headers={"origin": "http://localhost:3000"}, follow_redirects=False)


def solution(client):
    challenge = altcha.Challenge.from_dict(client.get(routes.AUTH_HUMAN).json())
    return altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()


def accounts():
    with reading() as session:
        return len(session.exec(select(Account)).all())


def test_registration_asks_for_the_work_and_takes_it_once(client):
    answer = client.post(routes.AUTH_REGISTER, data=FORM)
    told = read_flash(f"{COOKIE}={answer.cookies[COOKIE]}", routes.REGISTER)
    assert told.sentence == human.NOT_YET
    assert told.values["email"] == FORM["email"]
    assert accounts() == 0
    done = solution(client)
    assert client.post(routes.AUTH_REGISTER, data=FORM | {"altcha": done}).headers["location"] == routes.REGISTER_SENT
    assert accounts() == 1
    client.cookies.clear()
    again = client.post(routes.AUTH_REGISTER, data=FORM | {"email": "bob@imperial.ac.uk", "altcha": done})
    assert again.headers["location"] == routes.REGISTER
    assert accounts() == 1


def test_a_fault_in_the_form_does_not_use_the_answer_up(client):
    done = solution(client)
    answer = client.post(routes.AUTH_REGISTER, data=FORM | {"terms": "", "altcha": done})
    assert "altcha" not in read_flash(f"{COOKIE}={answer.cookies[COOKIE]}", routes.REGISTER).values
    assert client.post(routes.AUTH_REGISTER, data=FORM | {"altcha": done}).headers["location"] == routes.REGISTER_SENT


def test_challenges_are_never_kept_by_a_cache_and_not_handed_out_without_end(client, monkeypatch):
    monkeypatch.setattr(human_http, "CROWD", 1)
    answers = [client.get(routes.AUTH_HUMAN)]
    while answers[-1].status_code == 200 and len(answers) < 2_000:
        answers.append(client.get(routes.AUTH_HUMAN))
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert len({answer.json()["signature"] for answer in answers[:-1]}) == len(answers) - 1 >= 20
    assert (answers[-1].status_code, answers[-1].headers["retry-after"]) == (429, "60")
