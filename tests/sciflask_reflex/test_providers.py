"""The setting of providers: presets, and what stops the start."""

import json

import pytest

from sciflask_reflex.settings import Settings, settings

INSTITUTE = {"slug": "inst", "title": "Institute", "issuer": "https://login.inst.edu", "client_id": "c", "client_secret": "very secret"}


@pytest.fixture
def given(data_dir, monkeypatch):
    def make(*rows: dict[str, object], **more: str) -> Settings:
        monkeypatch.setenv("SCIFLASK_OIDC", json.dumps(rows))
        for name, value in more.items():
            monkeypatch.setenv(f"SCIFLASK_{name.upper()}", value)
        settings.cache_clear()
        return settings()

    return make


def test_orcid_needs_a_client_and_nothing_else(given):
    orcid = given({"preset": "orcid", "client_id": "APP-1", "client_secret": "s"}).oidc[0]
    assert (orcid.slug, orcid.title, orcid.issuer, orcid.scopes) == ("orcid", "ORCID", "https://orcid.org", "openid")
    assert not orcid.gives_email
    assert not orcid.trust_email


def test_the_secret_is_in_no_text_of_the_settings(given):
    known = given(INSTITUTE)
    assert known.oidc[0].client_secret.get_secret_value() == "very secret"
    assert "very secret" not in f"{known!r} {known} {known.model_dump()} {known.model_dump_json()}"


@pytest.mark.parametrize(
    "change",
    [
        {"slug": "Inst"}, {"slug": "a/b"}, {"slug": "a" * 15}, {"slug": ""}, {"title": ""}, {"issuer": "login.inst.edu"}, {"issuer": "ftp://x.org"},
        {"issuer": "https://x.org?a=b"}, {"issuer": "https://me@x.org"}, {"scopes": "email"}, {"client_id": ""}, {"unknown": "x"}, {"preset": "x"},
    ],
    ids=repr,
)  # fmt: skip
def test_a_provider_that_cannot_work_stops_the_start(given, change):
    with pytest.raises(ValueError, match="oidc"):
        given(INSTITUTE | change)


def test_two_providers_need_two_names(given):
    with pytest.raises(ValueError, match="a slug of its own"):
        given(INSTITUTE, INSTITUTE | {"title": "Other"})


@pytest.mark.parametrize(
    ("issuer", "env", "good"),
    [
        ("http://login.inst.edu", "production", False),
        ("http://login.inst.edu", "development", True),
        ("http://127.0.0.1:9400", "production", True),
        ("http://localhost:9400", "production", True),
        ("https://login.inst.edu", "production", True),
    ],
)
def test_a_provider_is_asked_over_tls_except_on_this_machine(given, issuer, env, good):
    row = INSTITUTE | {"issuer": issuer}
    if good:
        assert given(row, env=env, public_url="https://sciflask.example.org").oidc[0].issuer == issuer
        return
    with pytest.raises(ValueError, match="https://"):
        given(row, env=env, public_url="https://sciflask.example.org")
