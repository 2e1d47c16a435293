"""``sciflask site new`` makes a folder that is accepted as it is, and with every key that it shows."""

import re
import shutil
import tomllib

import pytest
from typer.testing import CliRunner

from sciflask_reflex.cli import app
from sciflask_reflex.commands import doctor
from sciflask_reflex.commands.new_site import site_file
from sciflask_reflex.imprint import read_imprint
from sciflask_reflex.imprint.model import SiteFile
from sciflask_reflex.settings import settings


def run(*arguments: str):
    return CliRunner().invoke(app, ["site", *arguments])


def test_a_new_folder_is_accepted_and_never_written_over(data_dir):
    done = run("new")
    assert done.exit_code == 0
    assert "yours now" in done.output
    own = read_imprint(settings().site_dir)
    assert own.front
    assert (own.file.name, own.front.headline) == ("Tools of our lab", "Tools of our lab")
    assert list(own.pictures) == ["light"]
    again = run("new")
    assert again.exit_code == 2
    assert "already; nothing was written" in again.output


def test_another_folder_is_named_by_a_setting(data_dir, tmp_path):
    done = run("new", str(tmp_path / "ours"))
    assert f"SCIFLASK_SITE_DIR={tmp_path / 'ours'}" in done.output
    assert not settings().site_dir.exists()


def test_every_key_is_shown_and_every_shown_value_is_good(data_dir, tmp_path):
    text = site_file()
    everything = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE)
    said = tomllib.loads(everything)
    assert set(said) == set(SiteFile.model_fields)
    for name, field in SiteFile.model_fields.items():
        inner = getattr(field.annotation, "model_fields", None)
        assert inner is None or set(said[name]) == set(inner)
    run("new", str(tmp_path / "ours"))
    (tmp_path / "ours" / "site.toml").write_text(everything)
    for name in ("logo-dark.svg", "icon.svg"):
        shutil.copy(tmp_path / "ours" / "logo.svg", tmp_path / "ours" / name)
    done = run("check", str(tmp_path / "ours"))
    assert done.exit_code == 0
    for words in ("#7a1f5c on light pages, contrast 9", "#d68ab8 on dark pages", "light (701 bytes), dark", "Institute of Examples"):
        assert words in done.output


def test_faults_end_the_check(data_dir, tmp_path):
    (tmp_path / "site.toml").write_text("name = 1")
    with pytest.raises(Exception, match=r"site\.toml: name"):
        CliRunner().invoke(app, ["site", "check", str(tmp_path)], catch_exceptions=False)


def test_the_doctor_says_whose_site_it_is(data_dir):
    assert doctor.site_folder(settings()).says == "SciFlask, as shipped (sciflask site new makes it yours)"
    run("new")
    settings.cache_clear()
    assert doctor.site_folder(settings()).says == f"Tools of our lab, by {settings().site_dir}"
