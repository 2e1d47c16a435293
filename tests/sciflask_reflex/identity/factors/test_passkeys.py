"""Passkeys: what is kept, what signs in, and what is refused."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from sciflask_reflex.db import reading
from sciflask_reflex.errors import Invalid, NotFound, Refused
from sciflask_reflex.identity import sealed
from sciflask_reflex.identity.factors import passkeys, recovery, taking
from sciflask_reflex.identity.models import Passkey
from sciflask_reflex.models import Mail
from tests.accounts import make_account
from tests.soft_passkey import PRESENT, SoftPasskey


def value(asked: passkeys.Asked) -> str:
    return asked.cookie.partition("=")[2].partition(";")[0]


def add(owner_id: str, device: SoftPasskey | None = None, name: str = "laptop") -> tuple[SoftPasskey, list[str]]:
    device = device or SoftPasskey()
    asked = passkeys.ask_to_add(owner_id, "ada@example.org", "Ada")
    return device, passkeys.add(owner_id, name, device.create(asked.options), value(asked))


def sign_in(device: SoftPasskey) -> str:
    asked = passkeys.ask_to_sign_in()
    return passkeys.check(passkeys.SIGN_IN, device.get(asked.options), value(asked))


def test_a_passkey_opens_the_account_that_it_was_made_for(site, account):
    ada, eve = account(), account()
    mine, _ = add(ada)
    hers, _ = add(eve)
    assert (sign_in(mine), sign_in(hers), sign_in(mine)) == (ada, eve, ada)
    row = passkeys.list_for(ada)[0]
    assert (row.name, row.transports, row.sign_count) == ("laptop", "internal", 2)
    assert row.last_used_at is not None


def test_the_first_factor_comes_with_recovery_codes_and_a_mail(site, account):
    owner = account()
    _, codes = add(owner)
    assert len(codes) == recovery.HOW_MANY
    _, again = add(owner, name="phone")
    assert again == []
    assert taking.factors_of(owner) == taking.Factors(totp=False, passkeys=2, recovery_left=10)
    with reading() as session:
        assert ['passkey "laptop"' in mail.body for mail in session.exec(select(Mail).order_by(Mail.created_at)).all()] == [True, False]
    assert taking.take(owner, codes[0]) == taking.RECOVERY


def test_the_browser_is_asked_for_a_key_that_needs_no_name_and_unlocks_itself(site, account):
    owner = account()
    add(owner)
    options = passkeys.ask_to_add(owner, "ada@example.org", "Ada").options
    assert options["rp"]["id"] == "localhost"
    assert options["authenticatorSelection"] == {"residentKey": "required", "requireResidentKey": True, "userVerification": "required"}
    assert len(options["excludeCredentials"]) == 1
    assert passkeys.ask_to_sign_in().options["allowCredentials"] == []
    assert passkeys.ask_to_sign_in().options["userVerification"] == "required"
    assert len(passkeys.ask_second_step(owner).options["allowCredentials"]) == 1


def test_a_challenge_is_good_once(site, account):
    device, _ = add(account())
    asked = passkeys.ask_to_sign_in()
    first, second = device.get(asked.options), device.get(asked.options)
    passkeys.check(passkeys.SIGN_IN, first, value(asked))
    with pytest.raises(Refused, match="sent twice"):
        passkeys.check(passkeys.SIGN_IN, second, value(asked))


def test_of_many_at_once_one_signature_opens(site, account):
    device, _ = add(account())
    asked = passkeys.ask_to_sign_in()
    response = device.get(asked.options)

    def attempt(_: int) -> bool:
        try:
            return bool(passkeys.check(passkeys.SIGN_IN, response, value(asked)))
        except Refused:
            return False

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, range(6))) == 1


def test_a_challenge_ends_after_five_minutes(site, account, monkeypatch):
    device, _ = add(account())
    asked = passkeys.ask_to_sign_in()
    now = sealed.time.time()
    monkeypatch.setattr(sealed.time, "time", lambda: now + 302)
    with pytest.raises(Refused, match="too long"):
        passkeys.check(passkeys.SIGN_IN, device.get(asked.options), value(asked))


@pytest.mark.parametrize("cookie", ["", "x", "ü", "gAAAAABm", "a" * 5_000])
def test_a_challenge_that_is_not_ours_is_refused(site, account, cookie):
    device, _ = add(account())
    asked = passkeys.ask_to_sign_in()
    with pytest.raises(Refused):
        passkeys.check(passkeys.SIGN_IN, device.get(asked.options), cookie)


def test_a_challenge_is_for_one_purpose(site, account):
    owner = account()
    device, _ = add(owner)
    asked = passkeys.ask_second_step(owner)
    with pytest.raises(Refused):
        passkeys.check(passkeys.SIGN_IN, device.get(asked.options), value(asked))
    asked = passkeys.ask_to_sign_in()
    with pytest.raises(Refused):
        passkeys.check(passkeys.SECOND, device.get(asked.options), value(asked), owner_id=owner)


def test_the_second_step_takes_the_persons_own_passkeys_only(site, account):
    ada, eve = account(), account()
    mine, _ = add(ada)
    hers, _ = add(eve)
    asked = passkeys.ask_second_step(ada)
    with pytest.raises(Refused, match="not known"):
        passkeys.check(passkeys.SECOND, hers.get(asked.options), value(asked), owner_id=ada)
    asked = passkeys.ask_second_step(ada)
    assert passkeys.check(passkeys.SECOND, mine.get(asked.options), value(asked), owner_id=ada) == ada


def test_a_challenge_for_one_person_adds_no_passkey_for_another(site, account):
    ada, eve = account(), account()
    asked = passkeys.ask_to_add(ada, "ada@example.org", "Ada")
    with pytest.raises(Refused):
        passkeys.add(eve, "x", SoftPasskey().create(asked.options), value(asked))
    assert passkeys.list_for(eve) == []


def test_a_counter_that_goes_back_is_a_copy(site, account):
    device, _ = add(account())
    device.count = 7
    sign_in(device)
    device.count = 7
    with pytest.raises(Refused, match="could not be checked"):
        sign_in(device)


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:3000.evil.example"},
        {"origin": "http://127.0.0.1:3000"},
        {"site": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
        {"handle": "b3RoZXI"},
    ],
)
def test_what_another_site_or_an_unlocked_device_signs_is_refused(site, account, change):
    device, _ = add(account())
    for name, wrong in change.items():
        setattr(device, name, wrong)
    with pytest.raises(Refused):
        sign_in(device)


@pytest.mark.parametrize("change", [{"origin": "https://evil.example"}, {"site": "evil.example"}, {"flags": PRESENT}])
def test_what_another_site_makes_is_not_kept(site, account, change):
    owner = account()
    with pytest.raises(Invalid):
        add(owner, SoftPasskey(**change))
    assert passkeys.list_for(owner) == []


def test_another_keys_signature_is_refused(site, account):
    device, _ = add(account())
    thief = SoftPasskey(credential_id=device.credential_id)
    with pytest.raises(Refused):
        sign_in(thief)


def test_a_signature_for_something_else_is_refused(site, account):
    device, _ = add(account())
    asked = passkeys.ask_to_sign_in()
    with pytest.raises(Refused):
        passkeys.check(passkeys.SIGN_IN, device.get(asked.options, kind="webauthn.create"), value(asked))


WRONG = ("", "AAAA", "%%%", None, 3, [], {}, "A" * 4_000)
NO_JSON = ("", "{}", "[]", "null", "1", '"x"', "{", "[" * 500, '{"id": null}', '{"id": [], "response": 3}')
SIGNED, MADE = ("clientDataJSON", "authenticatorData", "signature"), ("clientDataJSON", "attestationObject")


def with_part(response: str, name: str, wrong: object) -> str:
    whole = json.loads(response)
    return json.dumps(whole | {"response": whole["response"] | {name: wrong}})


@pytest.mark.parametrize("response", NO_JSON)
def test_what_is_no_json_is_refused_with_a_sentence(small_site, account, response):
    owner = account()
    asked = passkeys.ask_to_sign_in()
    with pytest.raises(Refused):
        passkeys.check(passkeys.SIGN_IN, response, value(asked))
    asked = passkeys.ask_to_add(owner, "ada@example.org", "Ada")
    with pytest.raises(Invalid):
        passkeys.add(owner, "x", response, value(asked))


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize("part", SIGNED)
def test_a_signature_with_a_broken_part_is_refused_with_a_sentence(small_site, account, part, wrong):
    device, _ = add(account())
    asked = passkeys.ask_to_sign_in()
    with pytest.raises(Refused):
        passkeys.check(passkeys.SIGN_IN, with_part(device.get(asked.options), part, wrong), value(asked))


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize("part", MADE)
def test_a_passkey_with_a_broken_part_is_not_kept(small_site, account, part, wrong):
    owner = account()
    asked = passkeys.ask_to_add(owner, "ada@example.org", "Ada")
    with pytest.raises(Invalid):
        passkeys.add(owner, "x", with_part(SoftPasskey().create(asked.options), part, wrong), value(asked))
    assert passkeys.list_for(owner) == []


def test_the_same_key_is_kept_once(site, account):
    owner = account()
    device, _ = add(owner)
    with pytest.raises(Invalid, match="already"):
        add(owner, device)


@pytest.mark.parametrize("name", ["", "   ", "\u202e\x00"])
def test_a_passkey_has_a_name(site, account, name):
    with pytest.raises(Invalid) as told:
        add(account(), name=name)
    assert "name" in told.value.fields


def test_twenty_are_the_most(site, account, monkeypatch):
    owner = account()
    monkeypatch.setattr(passkeys, "MOST", 1)
    add(owner)
    with pytest.raises(Refused):
        add(owner)


def test_the_only_way_in_stays(site, account):
    ada = account()  # without a password
    add(ada)
    with pytest.raises(Refused, match="only way in"):
        passkeys.remove(passkeys.list_for(ada)[0].id, owner_id=ada)
    add(ada, name="phone")
    passkeys.remove(passkeys.list_for(ada)[0].id, owner_id=ada)
    assert [row.name for row in passkeys.list_for(ada)] == ["laptop"]


def test_a_removed_passkey_opens_nothing_and_only_its_owner_removes_it(site, account):
    ada, eve = make_account().owner_id, account()
    device, _ = add(ada)
    row = passkeys.list_for(ada)[0]
    with pytest.raises(NotFound):
        passkeys.remove(row.id, owner_id=eve)
    passkeys.remove(row.id, owner_id=ada)
    with pytest.raises(Refused, match="not known"):
        sign_in(device)
    assert taking.factors_of(ada) == taking.Factors()


def test_the_database_holds_the_public_half_alone(site, account, dump):
    device, _ = add(account())
    private = device.key.private_numbers().private_value
    assert f"{private:x}" not in dump()
    with reading() as session:
        assert session.exec(select(Passkey)).one().public_key


@pytest.mark.parametrize(
    ("address", "host", "origins"),
    [
        ("https://sciflask.example.org", "sciflask.example.org", ["https://sciflask.example.org"]),
        ("https://example.org:8443", "example.org", ["https://example.org:8443"]),
        ("http://127.0.0.1:3000", "localhost", ["http://localhost:3000"]),
        ("http://localhost:3000", "localhost", ["http://localhost:3000"]),
    ],
)
def test_passkeys_belong_to_the_public_address(data_dir, configure, address, host, origins):
    configure(public_url=address)
    assert (passkeys.site_id(), passkeys.origins()) == (host, origins)
