"""The folder as a whole: what is in force, what is refused and in which words, and what asks for a new build."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import tools
from sciflask_reflex.errors import Refused
from sciflask_reflex.imprint import ImprintError, read_imprint
from sciflask_reflex.settings import settings
from sciflask_reflex.studies import first
from sciflask_reflex.studies.first import first_tool
from sciflask_reflex.supervisor import frontend

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
FULL = """
name = "Our lab"
contact = "a@lab.example.edu"
footer = "Funded by [them](https://example.org) and <b>us</b>."
[institution]
name = "Institute"
url = "https://example.edu"
[logo]
light = "logo.svg"
[colours]
accent = "#7a1f5c"
[landing]
tool = "ensembles"
"""


@pytest.fixture
def folder(data_dir: Path) -> Path:
    settings().site_dir.mkdir()
    return settings().site_dir


def again() -> None:
    settings.cache_clear()


def test_without_a_folder_everything_is_as_shipped(data_dir):
    own = settings().imprint
    assert (settings().site_name, settings().contact) == ("SciFlask", "")
    assert (own.footer, own.front, own.pictures) == ("", None, {})
    assert first_tool(settings()) is tools()["correlation"]


def test_everything_in_the_file_is_read(folder):
    (folder / "site.toml").write_text(FULL)
    (folder / "logo.svg").write_text(LOGO)
    (folder / "landing.md").write_text("# Ours & `more`\n\nFirst *words*.\n\n## Next\n\n<script>x</script>\n")
    again()
    own = settings().imprint
    assert (settings().site_name, settings().contact) == ("Our lab", "a@lab.example.edu")
    assert own.footer == 'Funded by <a href="https://example.org">them</a> and &lt;b&gt;us&lt;/b&gt;.'
    assert own.front
    assert (own.front.headline, own.front.lead) == ("Ours & more", "First <em>words</em>.")
    assert own.front.text == "<h2>Next</h2>\n<p>&lt;script&gt;x&lt;/script&gt;</p>\n"
    assert list(own.pictures) == ["light"]
    assert first_tool(settings()).slug == "ensembles"


def test_the_environment_stands_before_the_file(folder, monkeypatch):
    (folder / "site.toml").write_text('name = "Ours"\ncontact = "a@b.edu"\n')
    monkeypatch.setenv("SCIFLASK_SITE_NAME", "Ours (on trial)")
    again()
    assert (settings().site_name, settings().contact) == ("Ours (on trial)", "a@b.edu")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = Ours", "this is not TOML"),
        ("name = " + "[" * 5_000 + "]" * 5_000, "brackets stand within brackets too many times"),
        ("name_ = 'x'", "name_: there is no such key. Did you mean name?"),
        ("[colours]\nbackground = '#fff'", "colours.background: there is no such key. There are: accent, accent_dark."),
        ("name = 3", 'name: words stand in double quotes, as in "Our tools".'),
        ("[logo]\nwordmark = 'yes'", "logo.wordmark: write true or false, without quotes."),
        ("name = '" + "x" * 61 + "'", "name: at most 60 characters fit; shorten it."),
        ('name = "a\\nb"', "name: write it on one line"),
        ("contact = 'us'", "contact: write one plain e-mail address"),
        ("[institution]\nurl = 'javascript:alert(1)'", "institution.url: write a whole address"),
        ("[logo]\nlight = '../x.svg'", "logo.light: write the plain name of a file in this folder"),
        ("[logo]\ndark = 'x.svg'", "logo.dark: x.svg: there is no such file in the folder; put it there, or correct the name."),
        ("[colours]\naccent = 'teal'", "colours.accent: write it as # and six hexadecimal digits"),
        ("[colours]\naccent = '#ffff00'", "colours.accent: #ffff00 is too weak on a light page"),
        ("landing = 'x'", "landing: this is a section: write [landing]"),
    ],
)
def test_faults_name_file_key_and_cure(text, said, folder):
    (folder / "site.toml").write_text(text)
    with pytest.raises(ImprintError) as caught:
        read_imprint(folder)
    assert f"{folder / 'site.toml'}: {said}" in caught.value.sentence


def test_all_faults_are_told_at_once(folder):
    (folder / "site.toml").write_text("[logo]\nlight = 'a.svg'\ndark = 'b.svg'")
    (folder / "landing.md").write_text("No headline")
    with pytest.raises(ImprintError) as caught:
        read_imprint(folder)
    assert len(caught.value.sentence.splitlines()) == 3
    again()
    with pytest.raises(ImprintError):
        settings()


@pytest.mark.parametrize("text", ["", "Words", "## Second\n\nWords", "# One\n\n- list", "# One\n\nWords\n\n# Two"])
def test_a_front_page_begins_with_headline_and_paragraph(text, folder):
    (folder / "landing.md").write_text(text)
    with pytest.raises(ImprintError, match=r"landing\.md: (begin with one line|a page has one headline)"):
        read_imprint(folder)


def test_files_that_are_no_text_are_refused(folder):
    (folder / "site.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(ImprintError, match="not UTF-8"):
        read_imprint(folder)
    (folder / "site.toml").write_bytes(b"#" * 70_000)
    with pytest.raises(ImprintError, match="larger than 64 KiB"):
        read_imprint(folder)


def test_a_tool_that_is_not_there_is_refused_before_the_build(folder):
    (folder / "site.toml").write_text("[landing]\ntool = 'enseblms'")
    again()
    with pytest.raises(Refused, match=r"site\.toml: landing\.tool: there is no tool 'enseblms'\. There are: "):
        first_tool(settings())


def test_words_ask_for_a_build_and_colours_and_pictures_do_not(folder):
    def shown(text: str, logo: str = LOGO) -> str:
        (folder / "site.toml").write_text(text)
        (folder / "logo.svg").write_text(logo)
        again()
        return frontend.fingerprint(settings())

    first = shown(FULL)
    assert shown(FULL.replace("#7a1f5c", "#123456"), LOGO.replace("0 0 1 1", "0 0 2 2")) == first
    assert shown(FULL.replace("Our lab", "Our laboratory")) != first
    assert shown(FULL.replace("Institute", "Institution")) != first
    assert shown(FULL.replace('accent = "#7a1f5c"', "")) != first
    (folder / "landing.md").write_text("# New\n\nWords.")
    assert shown(FULL) != first


def test_a_new_tool_takes_nobodys_place_on_the_front_page(data_dir, monkeypatch):
    known = tools()
    mine = replace(known["ensembles"], slug="aaa")
    monkeypatch.setattr(first, "tools", lambda: {"aaa": mine} | known)
    assert first_tool(settings()).slug == "correlation"
    monkeypatch.setattr(first, "tools", lambda: {"bare": replace(mine, slug="bare", examples=()), "aaa": mine})
    assert first_tool(settings()).slug == "aaa"
