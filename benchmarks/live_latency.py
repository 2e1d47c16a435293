"""How long a live tool's change takes from the moved control to the new figure in the page, beside the bare call of its function.

Claim: without the 150 ms that the page waits for a hand to rest, the median is at most 100 ms, and what the warm child adds to the
function and the writing of its files is at most 20 ms. Starts a site of its own, without workers. ``--without-browser`` measures the
child alone. Prints ratios to the bare call.
"""

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from pipeline import tools
from pipeline.toolkit.execute import execute

ROOT = Path(__file__).parents[1]
ROUNDS = 60
QUIET_MS = 150
WATCH = """() => {
  const seen = (window.seen = []);
  let drawing = '';
  new MutationObserver(() => {
    const path = [...document.querySelectorAll('.live-result .plot .js-line')].pop()?.getAttribute('d') ?? '';
    if (path && path !== drawing) { drawing = path; seen.push(performance.now()); }
  }).observe(document.querySelector('.live-result'), { subtree: true, childList: true, attributes: true, attributeFilter: ['d'] });
}"""
MOVE = """(value) => {
  const slider = document.querySelector('input[type=range][data-of=sigma]');
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(slider, value);
  window.moved = performance.now();
  window.before = window.seen.length;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
}"""


def _times(act: Callable[[int], object], rounds: int = ROUNDS) -> list[float]:
    """Return how long each call took, in milliseconds; the first few are not counted."""
    times = []
    for number in range(rounds + 5):
        begun = time.perf_counter()
        act(number)
        times.append((time.perf_counter() - begun) * 1000)
    return times[5:]


def _told(what: str, times: list[float], bare: float) -> None:
    worst = statistics.quantiles(times, n=20)[-1]
    median = statistics.median(times)
    print(f"{what:<44} p50 {median:7.1f} ms   p95 {worst:7.1f} ms   {median / bare:6.1f} x the bare call")


def _child(folder: Path, bare: float) -> None:
    """Measure the way through the keeper, the warm child and back."""
    os.environ["SCIFLASK_DATA_DIR"] = str(folder)
    from sciflask_reflex import secrets
    from sciflask_reflex.instant.asked import ask, live_tool
    from sciflask_reflex.instant.keeper import Keeper

    secrets.ensure()
    keeper, tool = Keeper(2), live_tool("smoothing")
    begun = time.perf_counter()
    keeper.ask(ask(tool, {"sigma": 20}), seat="a", person="a").result(60)
    print(f"first computation, with the start of the child: {(time.perf_counter() - begun) * 1000:.0f} ms")
    _told("through the warm child", _times(lambda n: keeper.ask(ask(tool, {"sigma": 1 + n / 10}), seat="a", person="a").result(60)), bare)
    facts = dict(line.split(":", 1) for line in Path(f"/proc/{keeper.child_pid}/smaps_rollup").read_text().splitlines()[1:])
    print(
        f"memory of the warm child: {int(facts['Rss'].split()[0]) / 1024:.0f} MiB resident, {int(facts['Pss'].split()[0]) / 1024:.0f} MiB of its own"
    )
    keeper.close()


def _start(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    own = {"SCIFLASK_DATA_DIR": str(folder), "SCIFLASK_PORT": str(port), "SCIFLASK_PUBLIC_URL": url, "SCIFLASK_JOB_WORKERS": "0"}
    with (folder / "bench.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sciflask_reflex.cli", "up"], cwd=ROOT, stdout=log, stderr=log, env=os.environ | own
        )
    for _ in range(1_200):
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=1):
                return process, url
        except OSError:
            time.sleep(0.2)
    process.kill()
    sys.exit("The site did not become healthy.")


def _change(page: Page, value: float) -> float:
    """Move the slider and return how long the new line took to be drawn, in milliseconds."""
    page.evaluate(MOVE, f"{value:.1f}")
    for _ in range(6_000):  # the page's policy lets no function wait inside it
        if page.evaluate("window.seen.length > window.before"):
            break
        page.wait_for_timeout(5)
    return page.evaluate("window.seen[window.before] - window.moved")


def _page(url: str, bare: float) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"])
        page = browser.new_context(base_url=url).new_page()
        page.goto("/tools/smoothing")
        page.locator(".plot .js-line").first.wait_for(timeout=60_000)
        page.evaluate(WATCH)
        times = [_change(page, 1 + number / 10) for number in range(ROUNDS + 5)][5:]
        again = [_change(page, 1 + number / 10) for number in range(ROUNDS, 5, -1)]
        browser.close()
    _told("from the moved slider to the drawn line", times, bare)
    _told(f"the same without the {QUIET_MS} ms of waiting", [one - QUIET_MS for one in times], bare)
    _told("the same, of values that were computed before", [one - QUIET_MS for one in again], bare)


def main() -> None:
    """Measure and print."""
    tool = tools()["smoothing"]
    bare = _times(lambda n: tool(sigma=1 + n / 10))
    median = statistics.median(bare)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _told("bare call of the function", bare, median)
        written = _times(lambda n: execute(tool, {}, {}, {"sigma": 1 + n / 10}, folder / f"{n}", durable=False))
        _told("with its files written", written, median)
        _child(folder / "data", median)
        if "--without-browser" in sys.argv:
            return
        (folder / "site").mkdir()
        process, url = _start(folder / "site")
        try:
            _page(url, median)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


if __name__ == "__main__":
    main()
