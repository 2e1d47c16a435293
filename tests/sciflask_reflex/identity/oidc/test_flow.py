"""The way to a provider and back: the real one, and one that lies."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc.jwk import RSAKey

from sciflask_reflex.errors import NotFound, Refused, Unavailable
from sciflask_reflex.identity import sealed
from sciflask_reflex.identity.oidc import flow
from tests.providers import CLIENT, free_port

pytestmark = pytest.mark.usefixtures("small_site")


def value(begun: flow.Begun) -> str:
    return begun.cookie.partition("=")[2].partition(";")[0]


def asked(begun: flow.Begun) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(begun.address).query).items()}


def come_back(provider, begun, query):
    return flow.come_back(provider, query, value(begun))


def test_somebody_comes_back_as_who_they_are_there(real, provider_at):
    provider = provider_at(real.issuer)
    real.know("ada", email="ada@inst.edu", email_verified=True, given_name="Ada", family_name="Lovelace")
    begun = flow.begin(provider, next_path="/tools")
    back = come_back(provider, begun, real.agree(begun.address, "ada"))
    assert back.identity == flow.Identity("inst", "ada", "ada@inst.edu", "ada@inst.edu", True, "Ada", "Lovelace")
    assert (back.next, back.link_owner) == ("/tools", "")


def test_what_is_asked_for_holds_proof_of_this_browser(real, provider_at):
    begun = flow.begin(provider_at(real.issuer))
    query = asked(begun)
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert len(query["code_challenge"]) == 43
    assert query["redirect_uri"] == "http://localhost:3000/auth/oidc/inst/callback"
    assert query["scope"] == "openid email profile"
    assert "HttpOnly" in begun.cookie
    assert "SameSite=Lax" in begun.cookie
    for secret in (query["state"], query["nonce"]):
        assert len(secret) >= 43
        assert secret not in begun.cookie


def test_the_way_back_is_good_once(real, provider_at):
    provider = provider_at(real.issuer)
    begun = flow.begin(provider)
    query = real.agree(begun.address, "ada")
    come_back(provider, begun, query)
    with pytest.raises(Refused, match="used twice"):
        come_back(provider, begun, query)


@pytest.mark.parametrize("state", ["", "x", "ü", "\x00"])
def test_another_state_is_refused(real, provider_at, state):
    provider = provider_at(real.issuer)
    begun = flow.begin(provider)
    with pytest.raises(Refused, match="Begin again"):
        come_back(provider, begun, real.agree(begun.address, "ada") | {"state": state})


def test_another_browsers_way_back_is_refused(real, provider_at):
    provider = provider_at(real.issuer)
    mine, theirs = flow.begin(provider), flow.begin(provider)
    with pytest.raises(Refused, match="Begin again"):
        come_back(provider, mine, real.agree(theirs.address, "eve"))
    with pytest.raises(Refused, match="Begin again"):
        flow.come_back(provider, real.agree(mine.address, "ada"), "")


def test_the_way_back_ends_after_a_quarter_of_an_hour(real, provider_at, monkeypatch):
    provider = provider_at(real.issuer)
    begun = flow.begin(provider)
    query = real.agree(begun.address, "ada")
    now = sealed.time.time()
    monkeypatch.setattr(sealed.time, "time", lambda: now + 902)
    with pytest.raises(Refused, match="Begin again"):
        come_back(provider, begun, query)


def test_a_token_for_another_nonce_is_not_believed(real, provider_at):
    provider = provider_at(real.issuer)
    begun = flow.begin(provider)
    address = f"{begun.address.partition('?')[0]}?{urlencode(asked(begun) | {'nonce': 'of another sign-in'})}"
    with pytest.raises(Refused, match="could not be verified"):
        come_back(provider, begun, real.agree(address, "ada"))


def test_a_code_that_is_none_is_refused(real, provider_at):
    provider = provider_at(real.issuer)
    begun = flow.begin(provider)
    with pytest.raises(Unavailable, match="does not answer as it should"):
        come_back(provider, begun, {"state": asked(begun)["state"], "code": "made up"})


def test_somebody_who_says_no_is_told_that_nothing_happened(real, provider_at):
    provider = provider_at(real.issuer)
    begun = flow.begin(provider)
    answer = real.deny(begun.address) | {"state": asked(begun)["state"]}
    with pytest.raises(Refused, match="You did not sign in at Institute"):
        come_back(provider, begun, answer)


@pytest.mark.parametrize(("error", "told"), [("server_error", "'server_error'"), ("<script>", "'no reason'"), ("", "'no reason'")])
def test_an_error_of_the_provider_is_a_sentence(real, provider_at, error, told):
    provider = provider_at(real.issuer)
    begun = flow.begin(provider)
    with pytest.raises(Refused, match=told):
        come_back(provider, begun, {"state": asked(begun)["state"], "error": error})


def test_another_issuers_answer_is_not_believed(real, provider_at):
    provider = provider_at(real.issuer)
    begun = flow.begin(provider)
    with pytest.raises(Refused, match="could not be verified"):
        come_back(provider, begun, real.agree(begun.address, "ada") | {"iss": "https://evil.example"})


def test_one_providers_way_back_is_none_for_another(real, provider_at):
    begun = flow.begin(provider_at(real.issuer))
    query = real.agree(begun.address, "ada")
    with pytest.raises(Refused, match="Begin again"):
        come_back(provider_at(real.issuer, slug="other"), begun, query)


def test_a_provider_that_is_down_is_a_sentence(provider_at):
    with pytest.raises(Unavailable, match="Institute does not answer"):
        flow.begin(provider_at(f"http://127.0.0.1:{free_port()}"))


def test_nobody_can_name_a_provider_that_the_settings_do_not(real, provider_at):
    provider_at(real.issuer)
    with pytest.raises(NotFound):
        flow.provider_of("evil")


def lied(lying, provider_at, **more) -> flow.Identity:
    provider = provider_at(lying.issuer, **more)
    begun = flow.begin(provider)
    lying.claims.setdefault("nonce", asked(begun)["nonce"])
    return come_back(provider, begun, {"state": asked(begun)["state"], "code": "c"}).identity


def test_the_liar_can_tell_the_truth(lying, provider_at):
    lying.userinfo = {"sub": "s1", "email": "ada@inst.edu"}
    assert lied(lying, provider_at) == flow.Identity("inst", "s1", "ada@inst.edu", "ada@inst.edu", False)


def test_an_orcid_id_is_the_label_where_no_address_is_given(lying, provider_at):
    lying.claims = {"sub": "0000-0002-1825-0097", "given_name": "Josiah", "family_name": "Carberry"}
    who = lied(lying, provider_at, scopes="openid")
    assert (who.label, who.email, who.first_name, who.last_name) == ("0000-0002-1825-0097", "", "Josiah", "Carberry")
    assert "/userinfo" not in lying.asked


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another site"},
        {"aud": ["another site"]},
        {"aud": [CLIENT, "another site"]},
        {"azp": "another site"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"exp": "soon"},
        {"nbf": 9_999_999_999},
        {"nonce": None},
        {"nonce": "another"},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"at_hash": "wrong"},
    ],
    ids=repr,
)
def test_a_token_that_says_something_wrong_is_not_believed(lying, provider_at, claims):
    lying.claims = dict(claims)
    with pytest.raises(Refused, match="could not be verified"):
        lied(lying, provider_at)


@pytest.mark.parametrize("signature", ["none", "HS256"])
def test_a_token_that_anybody_could_sign_is_not_believed(lying, provider_at, signature):
    lying.signature = signature
    with pytest.raises(Refused, match="could not be verified"):
        lied(lying, provider_at)


@pytest.mark.parametrize("kid", ["one", "two"])
def test_another_keys_signature_is_not_believed(lying, provider_at, kid):
    lying.key = RSAKey.generate_key(2048, {"kid": kid})
    with pytest.raises(Refused, match="could not be verified"):
        lied(lying, provider_at)


def test_new_keys_of_the_provider_are_found(lying, provider_at, monkeypatch):
    lied(lying, provider_at)
    monkeypatch.setattr(flow.discovery, "RETRY_SECONDS", 0)
    lying.published = RSAKey.generate_key(2048, {"kid": "two"})
    lying.claims = {}
    assert lied(lying, provider_at).subject == "s1"
    assert lying.asked.count("/jwks") == 2


def test_metadata_and_keys_are_asked_for_once(lying, provider_at):
    for _ in range(3):
        lying.claims = {}
        lied(lying, provider_at)
    assert lying.asked.count("/.well-known/openid-configuration") == lying.asked.count("/jwks") == 1


@pytest.mark.parametrize("token", [None, 3, "", "a.b.c", "x" * 10_000, {}], ids=lambda token: str(token)[:9])
def test_a_token_that_is_none_is_not_believed(lying, provider_at, token):
    lying.tokens = {"id_token": token}
    with pytest.raises(Refused, match="could not be verified"):
        lied(lying, provider_at)


def test_user_info_about_somebody_else_is_not_believed(lying, provider_at):
    lying.userinfo = {"sub": "eve", "email": "ada@inst.edu"}
    with pytest.raises(Refused, match="could not be verified"):
        lied(lying, provider_at)


@pytest.mark.parametrize("body", [b"", b"[]", b"x", b"[" * 100_000, b" " * 600_000], ids=["nothing", "list", "text", "deep", "large"])
def test_an_answer_that_is_no_object_is_a_sentence(lying, provider_at, body):
    lying.body = body
    with pytest.raises(Unavailable, match="does not answer as it should"):
        lied(lying, provider_at)


@pytest.mark.parametrize("status", [302, 307, 400, 500])
def test_nothing_is_followed_and_no_failure_believed(lying, provider_at, status):
    lying.status, lying.location = status, f"{lying.issuer}/jwks"
    with pytest.raises(Unavailable, match="does not answer as it should"):
        lied(lying, provider_at)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"jwks_uri": "file:///etc/passwd"},
        {"token_endpoint": "gopher://127.0.0.1/"},
        {"jwks_uri": None},
        {"token_endpoint": "https://user@evil.example/"},
    ],
    ids=repr,
)
def test_addresses_that_are_not_as_safe_as_the_issuer_are_not_asked(lying, provider_at, metadata):
    lying.metadata = metadata
    with pytest.raises(Unavailable):
        flow.begin(provider_at(lying.issuer))
    assert lying.asked == ["/.well-known/openid-configuration"]
