import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor

import altcha
import pytest

from sciflask_reflex.errors import Refused
from sciflask_reflex.identity import human
from sciflask_reflex.identity.principal import NOBODY, Principal
from sciflask_reflex.models import Role, Status
from tests.factories import make_analysis, make_owner, make_study


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Little work: what is tested is the rule, not the patience."""
    monkeypatch.setattr(human, "COST", 2)
    monkeypatch.setattr(human, "LEAST_TRIES", 3)
    monkeypatch.setattr(human, "MOST_TRIES", 9)


def solved(task=None):
    challenge = altcha.Challenge.from_dict(task or human.challenge())
    solution = altcha.solve_challenge(challenge)
    assert solution
    return altcha.Payload(challenge, solution).to_base64()


def changed(solution, change):
    content = json.loads(base64.b64decode(solution))
    change(content)
    return base64.b64encode(json.dumps(content).encode()).decode()


def test_an_answer_is_good_once(site):
    solution = solved()
    human.require_human(solution)
    with pytest.raises(Refused):
        human.require_human(solution)
    human.require_human(solved())


def test_dressed_up_anew_it_is_still_the_same_answer(site):
    solution = solved()
    human.require_human(solution)
    for other in (changed(solution, lambda it: it["solution"].update(time=1)), changed(solution, lambda it: it.update(more="x"))):
        with pytest.raises(Refused):
            human.require_human(other)


def test_of_many_at_once_one_is_let_in(site):
    solution = solved()

    def attempt(_):
        try:
            human.require_human(solution)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it["solution"].update(derivedKey="00" * 32),
        lambda it: it["solution"].update(derivedKey=None),
        lambda it: it["challenge"]["parameters"].update(expiresAt=int(time.time()) + 10**6),
        lambda it: it["challenge"]["parameters"].update(cost=1),
        lambda it: it["challenge"]["parameters"].pop("keySignature"),
        lambda it: it["challenge"].update(signature="00" * 32),
        lambda it: it["challenge"].pop("signature"),
        lambda it: it.pop("challenge"),
    ],
)
def test_whatever_was_changed_is_refused(small_site, change):
    with pytest.raises(Refused):
        human.require_human(changed(solved(), change))


@pytest.mark.parametrize(
    "nonsense", ["", "x", "{}", "e30=", "W10=", "\u00e9", "\ud800", "A" * 10_000, base64.b64encode(b"[" * 2_000).decode()]
)
def test_nonsense_is_refused(small_site, nonsense):
    with pytest.raises(Refused, match="a person"):
        human.require_human(nonsense)


def test_another_sites_challenge_is_refused(small_site):
    task = altcha.create_challenge("PBKDF2/SHA-256", 2, counter=3, hmac_secret=b"theirs", hmac_key_secret=b"theirs", expires_at=2**33)
    with pytest.raises(Refused):
        human.require_human(solved(task.to_dict()))


def test_it_ends_after_ten_minutes(small_site, monkeypatch):
    solution, now = solved(), time.time()
    monkeypatch.setattr(altcha.v2.time, "time", lambda: now + human.SECONDS + 1)
    with pytest.raises(Refused):
        human.require_human(solution)
    assert now + human.SECONDS - 5 <= human.challenge()["parameters"]["expiresAt"] - human.SECONDS <= now + human.SECONDS + 5


def guest():
    return Principal(make_owner(Role.GUEST).id, Role.GUEST)


def test_off_asks_nobody(small_site):
    assert not human.needed_to_register()
    assert not human.needed_to_run(guest())
    human.require_human_to_run(guest(), "")


def test_on_asks_a_guest_once_and_nobody_with_an_account(site, configure):
    configure(human_check="on")
    assert human.needed_to_register()
    one, other = guest(), guest()
    with pytest.raises(Refused):
        human.require_human_to_run(one, "")
    human.require_human_to_run(one, solved())
    assert not human.needed_to_run(one)
    human.require_human_to_run(one, "")
    assert human.needed_to_run(other)
    assert human.needed_to_run(NOBODY)
    for role in (Role.USER, Role.ADMIN):
        assert not human.needed_to_run(Principal(make_owner(role).id, role))


def test_under_load_only_the_guests_in_the_queue_count(site, configure):
    configure(human_check="load", human_check_queue="2")
    assert human.needed_to_register()
    person, one = make_owner(), guest()
    for owner_id, status in [(person.id, Status.QUEUED)] * 3 + [(one.owner_id, Status.DONE)] * 3 + [(one.owner_id, Status.QUEUED)]:
        make_analysis(make_study(owner_id), status=status)
    assert not human.needed_to_run(one)
    make_analysis(make_study(one.owner_id), status=Status.QUEUED)
    assert human.needed_to_run(one)
    human.require_human_to_run(one, solved())
    assert not human.needed_to_run(one)


def test_belief_ends(small_site, configure, monkeypatch):
    configure(human_check="on", guest_days="1")
    one, now = guest(), time.time()
    human.require_human_to_run(one, solved())
    monkeypatch.setattr(human.time, "time", lambda: now + 86_400 + 5)
    assert human.needed_to_run(one)
