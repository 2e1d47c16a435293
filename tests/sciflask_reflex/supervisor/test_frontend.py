"""The pages are built when something changed, and one build fits every address."""

import gzip
from pathlib import Path

import pytest

from sciflask_reflex.errors import Unavailable
from sciflask_reflex.settings import Settings, settings
from sciflask_reflex.supervisor import frontend

BUILT = "var e={PING:`http://localhost/ping`,EVENT:`ws://localhost/_event`,TRANSPORT:`websocket`,TEST_MODE:!1};export{e as t};"
WANTED = (
    'var e={PING:`${location.origin}/ping`,EVENT:`${location.origin.replace(/^http/,"ws")}/_event`,'
    "TRANSPORT:`websocket`,TEST_MODE:!1};export{e as t};"
)


@pytest.fixture
def client(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    return tmp_path


def test_the_page_talks_to_the_address_it_came_from(client: Path):
    script = client / "assets" / "reflex-env-abc.js"
    script.write_text(BUILT)
    twin = client / "assets" / "reflex-env-abc.js.gz"
    twin.write_bytes(gzip.compress(BUILT.encode()))
    frontend.serve_any_address(client)
    assert script.read_text() == WANTED
    assert gzip.decompress(twin.read_bytes()).decode() == WANTED


@pytest.mark.parametrize("text", ["", BUILT.replace("`", '"'), BUILT.replace("ws://localhost/", "ws://localhost:8000/")])
def test_a_build_that_looks_otherwise_is_refused_rather_than_served(client: Path, text: str):
    (client / "assets" / "reflex-env-abc.js").write_text(text)
    with pytest.raises(Unavailable, match="could not be replaced"):
        frontend.serve_any_address(client)


def test_a_build_without_the_script_is_refused(client: Path):
    with pytest.raises(Unavailable, match="has 0 scripts"):
        frontend.serve_any_address(client)


@pytest.fixture
def project(tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    for name in (
        "sciflask_reflex/shell/theme.py",
        "sciflask_reflex/shell/plot.jsx",
        "sciflask_reflex/jobs/runs.py",
        "pipeline/tool.py",
        "assets/logo.svg",
        "rxconfig.py",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("1")
    monkeypatch.setattr(frontend, "ROOT", root)
    return root


@pytest.mark.parametrize(
    "name",
    [
        "sciflask_reflex/shell/theme.py",
        "sciflask_reflex/shell/plot.jsx",
        "pipeline/tool.py",
        "assets/logo.svg",
        "rxconfig.py",
        "pipeline/new.py",
    ],
)
def test_a_changed_source_asks_for_a_new_build(project: Path, name: str):
    before = frontend.fingerprint(settings())
    (project / name).write_text("2")
    assert frontend.fingerprint(settings()) != before


def test_what_no_page_shows_does_not(project: Path):
    before = frontend.fingerprint(settings())
    (project / "sciflask_reflex" / "jobs" / "runs.py").write_text("2")
    (project / "README.md").write_text("2")
    assert frontend.fingerprint(settings()) == before


def test_a_setting_that_stands_on_a_page_asks_for_a_new_build_and_a_port_does_not(project: Path):
    before = frontend.fingerprint(settings())
    assert frontend.fingerprint(Settings(max_file_mib=51)) != before  # pyright: ignore[reportCallIssue]
    assert frontend.fingerprint(Settings(job_seconds=60)) != before  # pyright: ignore[reportCallIssue]
    assert frontend.fingerprint(Settings(port=4000)) == before  # pyright: ignore[reportCallIssue]
