"""How long a change takes from a worker's publish to the browser's page, in three tabs of the person at once.

Claim: the median is at most 15 ms. Starts a site of its own, without workers; this script then is the worker.
Prints the median and the worst, as milliseconds and as a ratio to a bare publish-and-receive through the same broker.
"""

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parents[1]
ROUNDS = 60
TABS = 3
WATCH = """() => {
  window.seen = {};
  new MutationObserver(() => {
    const bar = document.querySelector('[role=progressbar]');
    const value = bar && bar.getAttribute('aria-valuenow');
    if (value && !(value in window.seen)) window.seen[value] = performance.timeOrigin + performance.now();
  }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
}"""


def _start(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    os.environ |= {"SCIFLASK_DATA_DIR": str(folder), "SCIFLASK_PORT": str(port), "SCIFLASK_PUBLIC_URL": url, "SCIFLASK_JOB_WORKERS": "0"}
    with (folder / "bench.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "sciflask_reflex.cli", "up"], cwd=ROOT, stdout=log, stderr=log)
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=1):
                return process, url
        except OSError:
            time.sleep(0.2)
    process.kill()
    sys.exit("The site did not become healthy.")


def _waiting_analysis(context: BrowserContext) -> str:
    """Queue the example as a guest and return the id of the analysis."""
    page = context.new_page()
    page.goto("/try/correlation")
    page.get_by_role("button", name="Run analysis").click(timeout=30_000)
    page.wait_for_url(re.compile(r"/analyses/([0-9a-f]{32})"))
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def _tab(context: BrowserContext, analysis_id: str) -> Page:
    page = context.new_page()
    page.goto(f"/analyses/{analysis_id}")
    page.get_by_role("progressbar").wait_for(timeout=30_000)
    page.evaluate(WATCH)
    return page


def _publish_rounds(analysis_id: str) -> dict[str, float]:
    """Report progress as a worker does; return when each percentage was published, in milliseconds."""
    from sciflask_reflex.jobs import events, runs

    stamps: dict[str, float] = {}
    original = events.publish

    def stamped(owner_id: str, analysis: str, **news: Any) -> None:
        stamps.setdefault(str(int(news["fraction"] * 100)), time.time() * 1000)
        original(owner_id, analysis, **news)

    events.publish = stamped
    claim = runs.claim(analysis_id, "benchmark")
    assert claim is not None
    time.sleep(0.5)
    for step in range(1, ROUNDS + 1):
        runs.progress(claim, f"Step {step}", (step + 0.5) / 100, [])
        time.sleep(0.1)  # a worker reports at most a few times a second
    time.sleep(0.5)
    return stamps


def _broker_round_trips() -> list[float]:
    """Return how long a bare publish takes to arrive at a subscriber, in milliseconds."""
    import redis

    from sciflask_reflex.settings import settings

    client = redis.Redis.from_url(settings().broker_url)
    channel = client.pubsub(ignore_subscribe_messages=True)
    channel.subscribe("sciflask:bench")
    channel.get_message(timeout=1)
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        client.publish("sciflask:bench", "x")
        while channel.get_message(timeout=1) is None:
            pass
        times.append((time.perf_counter() - begun) * 1000)
    return times


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        process, url = _start(Path(name))
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
                )
                context = browser.new_context(base_url=url)
                analysis_id = _waiting_analysis(context)
                tabs = [_tab(context, analysis_id) for _ in range(TABS)]
                stamps = _publish_rounds(analysis_id)
                late = [
                    page.evaluate("window.seen")[step] - sent
                    for page in tabs
                    for step, sent in stamps.items()
                    if step in page.evaluate("window.seen")
                ]
                browser.close()
            bare = statistics.median(_broker_round_trips())
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
    median = statistics.median(late)
    print(f"publish to page, {TABS} tabs, {len(late)} of {TABS * len(stamps)} changes seen")
    print(
        f"median {median:.1f} ms, 95 % {statistics.quantiles(late, n=20)[-1]:.1f} ms, worst {max(late):.1f} ms (claim: median at most 15 ms)"
    )
    print(f"bare broker round trip {bare:.2f} ms; ratio {median / bare:.1f}")


if __name__ == "__main__":
    main()
