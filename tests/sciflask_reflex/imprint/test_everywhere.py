"""The operator's name, institution, contact and colour stand wherever somebody might ask whose site this is."""

import re

import pytest
from sqlmodel import select

from sciflask_reflex.admin.site import Panel
from sciflask_reflex.api.app import versioned
from sciflask_reflex.api.docs import page
from sciflask_reflex.api.openapi import document
from sciflask_reflex.api.readme import readme
from sciflask_reflex.db import reading, writing
from sciflask_reflex.help import page as help_pages
from sciflask_reflex.jobs import envelope, letters
from sciflask_reflex.landing import page as landing
from sciflask_reflex.models import Mail, MailKind
from sciflask_reflex.settings import settings
from sciflask_reflex.shell import nav, theme
from tests.factories import make_analysis, make_owner, make_study

NAME, INSTITUTION, URL, CONTACT = "Structure & Signal", "Institute for <Data>", "https://signal.example.edu", "tools@signal.example.edu"
SITE = f"""
name = "{NAME}"
contact = "{CONTACT}"
footer = "Funded by [them](https://them.example.org)."
[institution]
name = "{INSTITUTION}"
url = "{URL}"
[logo]
light = "logo.svg"
wordmark = true
[colours]
accent = "#7a1f5c"
[landing]
steps = false
promises = false
"""


@pytest.fixture
def ours(sqlite) -> None:
    folder = settings().site_dir
    folder.mkdir()
    (folder / "site.toml").write_text(SITE)
    (folder / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    (folder / "landing.md").write_text("# Our words\n\nWhat it is for.\n\n## More\n\nAnd more.\n")
    settings.cache_clear()


def test_mails(ours):
    owner = make_owner(email="ada@example.org")
    with writing() as session:
        letters.write(
            session,
            to="ada@example.org",
            subject="S",
            body=f"News:\n\n{settings().public_url}/analyses/x",
            cause="c",
            kind=MailKind.FINISHED,
            owner=owner,
        )
    with reading() as session:
        message = envelope.compose(session.exec(select(Mail)).one())
    assert message["From"].addresses[0].display_name == NAME
    plain, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for words in (f"{NAME} · {settings().public_url}", INSTITUTION, f"Questions? Write to {CONTACT}."):
        assert words in plain
    assert "Structure &amp; Signal" in html
    assert "Institute for &lt;Data&gt;" in html
    assert "background:#7a1f5c" in html
    assert "#0b7a70" not in html
    assert re.search(r"prefers-color-scheme: dark\) \{ \.link \{ color: #[0-9a-f]{6} ", html)


def test_the_documentation_of_the_api(ours):
    made = document(versioned())
    assert made["info"]["contact"] == {"name": INSTITUTION, "url": URL, "email": CONTACT}
    shown = page(made)
    assert "<title>Structure &amp; Signal API</title>" in shown
    assert f'<a href="{URL}">Institute for &lt;Data&gt;</a>' in shown
    assert f"mailto:{CONTACT}" in shown


def test_downloads(ours):
    owner = make_owner()
    study = make_study(owner.id)
    text = readme(make_analysis(study), study, {})
    assert f"{NAME}, {INSTITUTION}," in " ".join(text.split())
    assert f"Questions? Write to {CONTACT}." in text


def test_the_panel(ours, keys):
    panel = Panel()
    assert panel.title == NAME
    for name, words in (("brand.html", "/site/logo"), ("layout.html", "/site/colours.css")):
        assert words in panel.templates.env.loader.get_source(panel.templates.env, name)[0]


def test_pages(ours):
    bar, foot, about, front = (str(draw()) for draw in (nav.bar, nav.foot, help_pages.about, landing.landing))
    assert f'alt:"{NAME}"' in bar
    assert "/site/logo" in bar
    assert "/site/logo-dark" not in bar
    for words in (URL, f"mailto:{CONTACT}", "https://them.example.org"):
        assert words in foot
    assert "Open source, MIT licence" not in foot
    assert INSTITUTION in about
    for words in ("Our words", "What it is for.", "And more."):
        assert words in front
    assert "How it works" not in front
    assert landing.headline() == "Our words"
    assert [str(part) for part in theme.head()] != []


def test_without_a_folder_pages_are_as_shipped(sqlite):
    foot, front = str(nav.foot()), str(landing.landing())
    assert "Open source, MIT licence" in foot
    assert "Correlations you can trust, from your browser" in front
    assert "How it works" in front
    assert theme.head() == []
    assert "/site/logo" not in str(nav.bar())
