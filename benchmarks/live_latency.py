"""How long a live tool's change takes from the moved control to the new figure in the page, beside the bare call of its function.

Claim: without the 150 ms that the page waits for a hand to rest, the median is at most 100 ms, and what the warm child adds to the
function and the writing of its files is at most 20 ms. Starts a site of its own, without workers. ``--without-browser`` measures the
child alone. Prints ratios to the bare call.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from measuring.claims import Claim, finish, parser
from measuring.site import site
from playwright.sync_api import Page, sync_playwright

from pipeline import tools
from pipeline.toolkit.execute import execute

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


def _told(what: str, times: list[float], bare: float, most: float | None = None) -> Claim:
    worst = statistics.quantiles(times, n=20)[-1]
    median = statistics.median(times)
    return Claim(what, median, "ms", most=most, how=f"95 % within {worst:.1f} ms; {median / bare:.1f} times the bare call")


def _child(folder: Path, bare: float, written: float) -> list[Claim]:
    """Measure the way through the keeper, the warm child and back."""
    os.environ["SCIFLASK_DATA_DIR"] = str(folder)
    from sciflask_reflex import secrets
    from sciflask_reflex.instant.asked import ask, live_tool
    from sciflask_reflex.instant.keeper import Keeper

    secrets.ensure()
    keeper, tool = Keeper(2), live_tool("smoothing")
    begun = time.perf_counter()
    keeper.ask(ask(tool, {"sigma": 20}), seat="a", person="a").result(60)
    first = (time.perf_counter() - begun) * 1000
    times = _times(lambda n: keeper.ask(ask(tool, {"sigma": 1 + n / 10}), seat="a", person="a").result(60))
    through = _told("a live tool through the warm child", times, bare)
    facts = dict(line.split(":", 1) for line in Path(f"/proc/{keeper.child_pid}/smaps_rollup").read_text().splitlines()[1:])
    resident, own = (int(facts[name].split()[0]) / 1024 for name in ("Rss", "Pss"))
    keeper.close()
    return [
        through,
        Claim(
            "what the warm child adds",
            statistics.median(times) - written,
            "ms",
            most=20,
            how="to the function and the writing of its files",
        ),
        Claim("first answer of a warm child", first, "ms", how="with its start"),
        Claim("memory of the warm child", own, "MiB", how=f"of its own; {resident:.0f} MiB resident"),
    ]


def _change(page: Page, value: float) -> float:
    """Move the slider and return how long the new line took to be drawn, in milliseconds."""
    page.evaluate(MOVE, f"{value:.1f}")
    for _ in range(6_000):  # the page's policy lets no function wait inside it
        if page.evaluate("window.seen.length > window.before"):
            break
        page.wait_for_timeout(5)
    return page.evaluate("window.seen[window.before] - window.moved")


def _page(url: str, bare: float) -> list[Claim]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"])
        page = browser.new_context(base_url=url).new_page()
        page.goto("/tools/smoothing")
        page.locator(".plot .js-line").first.wait_for(timeout=60_000)
        page.evaluate(WATCH)
        times = [_change(page, 1 + number / 10) for number in range(ROUNDS + 5)][5:]
        again = [_change(page, 1 + number / 10) for number in range(ROUNDS, 5, -1)]
        browser.close()
    rest = f"without the {QUIET_MS} ms that the page waits for a hand to rest"
    return [
        _told("a moved slider to the drawn line", times, bare),
        _told(f"the same {rest}", [one - QUIET_MS for one in times], bare, most=100),
        _told("the same, of values that were computed before", [one - QUIET_MS for one in again], bare),
    ]


def main() -> int:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--without-browser", action="store_true", help="measure the child alone")
    asked = options.parse_args()
    tool = tools()["smoothing"]
    bare = _times(lambda n: tool(sigma=1 + n / 10))
    median = statistics.median(bare)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written = _times(lambda n: execute(tool, {}, {}, {"sigma": 1 + n / 10}, folder / f"{n}", durable=False))
        claims = [
            _told("bare call of a live tool's function", bare, median),
            _told("the same with its files written", written, median),
            *_child(folder / "data", median, statistics.median(written)),
        ]
        if asked.without_browser:
            return finish(claims, asked.json)
        (folder / "site").mkdir()
        with site(folder / "site", {"SCIFLASK_JOB_WORKERS": "0"}) as running:
            claims += _page(running.url, median)
    return finish(claims, asked.json)


if __name__ == "__main__":
    sys.exit(main())
