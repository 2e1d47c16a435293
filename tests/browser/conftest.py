"""One running site and one browser for all journeys; every journey has a browser context of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.new_tool import NewTool, write_new_tool
from tests.browser.seats import Seats
from tests.providers import CLIENT, SECRET, RealProvider, real_provider

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
FLAGS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")


BUILD_SECONDS = 300
"""What the first journey may wait for the pages to be built, on a machine that has other things to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give journeys more time than other tests."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(BUILD_SECONDS))


@dataclass(frozen=True)
class Site:
    """A site that runs for the tests."""

    url: str
    data_dir: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    def command(self, *words: str, stdin: str = "") -> str:
        """Run a `sciflask` command against the site and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "sciflask_reflex.cli", *words],
            input=stdin,
            text=True,
            capture_output=True,
            env=self.environment,
            cwd=ROOT,
            check=True,
            timeout=60,
        )
        return done.stdout

    def kill_web(self) -> None:
        """End every web process of this site at once, as a crash would."""
        mark = f"SCIFLASK_DATA_DIR={self.data_dir}".encode()
        for process in Path("/proc").iterdir():
            if process.name.isdigit() and mark in _read(process / "environ") and b"granian" in _read(process / "cmdline"):
                os.kill(int(process.name), signal.SIGKILL)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(site: Site, log: Path, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if site.process.poll() is not None:
            pytest.fail(f"The site ended early:\n{log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(f"{site.url}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(f"The site was not healthy after {seconds:.0f} s:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def provider() -> Iterator[RealProvider]:
    """A real OpenID Connect provider, which the site knows as "Institute"."""
    with real_provider() as running:
        yield running


@pytest.fixture(scope="session")
def new_tool(tmp_path_factory: pytest.TempPathFactory) -> NewTool:
    """A tool that somebody has just written, in a package of their own."""
    return write_new_tool(tmp_path_factory.mktemp("new_tool"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, provider: RealProvider, new_tool: NewTool) -> Iterator[Site]:
    """Start everything as `make run` does, in a folder and on a port of its own."""
    folder = tmp_path_factory.mktemp("site")
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SCIFLASK_")}
    environment = kept | {
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests" / "every_kind"), str(new_tool.folder))),
        "SCIFLASK_DATA_DIR": str(folder / "data"),
        "SCIFLASK_PORT": str(port),
        "SCIFLASK_PUBLIC_URL": url,
        "SCIFLASK_JOB_WORKERS": "2",
        "SCIFLASK_ROLES": json.dumps({"course": {"title": "Course", "max_studies": 1}}),
        "SCIFLASK_OIDC": json.dumps(
            [
                {
                    "slug": "inst",
                    "title": "Institute",
                    "issuer": provider.issuer,
                    "client_id": CLIENT,
                    "client_secret": SECRET,
                    "trust_email": True,
                }
            ]
        ),
    }
    log = folder / "site.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "sciflask_reflex.cli", "up"], env=environment, cwd=ROOT, stdout=out, stderr=out, start_new_session=True
        )
    running = Site(url, folder / "data", environment, process)
    try:
        _wait_for(running, log)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    binary = shutil.which("chromium")
    if binary is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is not installed, and in CI the browser tests must run: apt-get install chromium")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def seats(chromium: Browser, site: Site) -> Seats:
    """People whose pages are only looked at: whoever changes something takes a ``visitor``."""
    return Seats(chromium, site)


@pytest.fixture
def visitor(chromium: Browser, site: Site) -> Iterator[Callable[..., BrowserContext]]:
    """Make browser contexts: each is a person of their own. No page may ask another server, or log an error."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def watch(page: Page) -> None:
        own = (site.url, site.url.replace("http", "ws"), "data:", "blob:")
        page.on("request", lambda request: None if request.url.startswith(own) else faults.append(f"asked {request.url}"))
        page.on("pageerror", lambda error: faults.append(f"raised {error}"))

    def make(**options: object) -> BrowserContext:
        context = chromium.new_context(base_url=site.url, accept_downloads=True, **options)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        context.on("page", watch)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.fixture
def two_datasets() -> tuple[Path, Path]:
    """The two real tables with a known answer."""
    folder = SHARED / "two_datasets"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here: the journey needs its two tables")
    return folder / "test_dataset1.csv", folder / "test_dataset2.csv"


@pytest.fixture(scope="session")
def big_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table that takes some seconds to analyse: 400 samples, 1,500 features, correlated in blocks."""
    random = np.random.default_rng(7)
    factors = random.normal(size=(400, 15))
    values = np.repeat(factors, 100, axis=1) + 0.7 * random.normal(size=(400, 1500))
    path = tmp_path_factory.mktemp("tables") / "big.csv"
    frame = pd.DataFrame(values, index=[f"s{i}" for i in range(400)], columns=[f"f{j}" for j in range(1500)])
    frame.to_csv(path, float_format="%.5g", index_label="id")
    return path
