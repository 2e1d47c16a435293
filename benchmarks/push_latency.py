"""How long a change takes from a worker's publish to the browser's page, in three tabs of the person at once.

Claim: the median is at most 15 ms. Starts a site of its own, without workers; this script then is the worker.
Prints the median and the worst, as milliseconds and as a ratio to a bare publish-and-receive through the same broker.
"""

import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measuring.claims import Claim, finish, parser
from measuring.site import site
from playwright.sync_api import BrowserContext, Page, sync_playwright

ROUNDS = 60
TABS = 3
MOST_MS = 15
WATCH = """() => {
  window.seen = {};
  new MutationObserver(() => {
    const bar = document.querySelector('[role=progressbar]');
    const value = bar && bar.getAttribute('aria-valuenow');
    if (value && !(value in window.seen)) window.seen[value] = performance.timeOrigin + performance.now();
  }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
}"""


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


def _late(url: str) -> tuple[list[float], int]:
    """Return how late each change was seen in each tab, in milliseconds, and how many there were to be seen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"])
        context = browser.new_context(base_url=url)
        analysis_id = _waiting_analysis(context)
        tabs = [_tab(context, analysis_id) for _ in range(TABS)]
        stamps = _publish_rounds(analysis_id)
        seen = [page.evaluate("window.seen") for page in tabs]
        browser.close()
    return [tab[step] - sent for tab in seen for step, sent in stamps.items() if step in tab], TABS * len(stamps)


def main() -> int:
    """Measure and print."""
    asked = parser(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as name, site(Path(name), {"SCIFLASK_JOB_WORKERS": "0"}) as running:
        os.environ |= running.environment
        late, changes = _late(running.url)
        bare = statistics.median(_broker_round_trips())
    median, slowest = statistics.median(late), statistics.quantiles(late, n=20)[-1]
    how = f"{TABS} tabs, {len(late)} of {changes} changes seen; 95 % within {slowest:.1f} ms; a bare round trip through the broker {bare:.2f} ms"
    return finish([Claim("a worker's news to the open pages", median, "ms", most=MOST_MS, how=how)], asked.json)


if __name__ == "__main__":
    sys.exit(main())
