"""Claims: tables of 20,000 features, and dense ones, go through the whole site: uploaded, checked, analysed, read, cancelled, the same again.

Run: ``python benchmarks/end_to_end.py [--table sparse] [--table expression] [--json FILE]``. Starts a site of its own with default settings and
uses it by the REST interface, as a program would. Memory is what the kernel says of the job's process and of the web process. The
tables are made up (``measuring/tables.py``); ``expression`` stands in for real, dense data.
"""

import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from measuring import tables
from measuring.claims import Claim, finish, parser, show
from measuring.journey import CHILD, WEB, Journey, Peaks, one_processor, travel
from measuring.site import Site as Running
from measuring.site import site

from sciflask_client import Site, Study

ACCOUNT = """
from sciflask_reflex.identity import tokens
from sciflask_reflex.identity.service import create_account
create_account("bench@example.org", "correct horse battery staple 77")
print(tokens.create("bench@example.org"))
"""
MOST_CANCEL_S, MOST_PAIR_BYTES = 2.0, 16.0
CORRECTIONS = ("benjamini-hochberg", "bonferroni")
MANY = 100_000
"""From so many pairs on the names of the features are little beside them."""
ALL = 1_000_000
"""More features than there are: all of them."""


def enter(running: Running) -> Site:
    """Return a way in for somebody with an account and no rights beyond it."""
    return Site(running.url, token=running.python(ACCOUNT), timeout=600)


def saved(entry: Site, kind: str, path: Path) -> tuple[Study, Claim]:
    """Upload a table and save it as a study."""
    start = time.perf_counter()
    upload = entry.upload(path)
    sent = time.perf_counter() - start
    study = entry.study("correlation", {"dataset1": upload}, name=kind, labels={"dataset1": "genes"}, accept_warnings=True)
    took = time.perf_counter() - start
    how = f"{path.stat().st_size / 1e6:,.0f} MB: {sent:.1f} s to upload, {took - sent:.1f} s to check"
    return study, Claim(f"{kind}: from file to saved study", took, "s", how=how)


def disk(journey: Journey, title: str) -> Claim:
    """Return what a listed pair takes on disk."""
    packed = sum(file["bytes"] or 0 for file in journey.analysis.files if file["name"].startswith("pairs.") and not file.get("made"))
    total = sum(file["bytes"] or 0 for file in journey.analysis.files)
    pairs = journey.analysis.metrics["listed"]
    how = f"{pairs:,} pairs in {packed / 2**20:,.0f} MiB; the whole result {total / 2**20:,.0f} MiB"
    return Claim(f"{title}: disk for a pair", packed / max(pairs, 1), "bytes", most=MOST_PAIR_BYTES, how=how)


def stages(journey: Journey) -> str:
    """Return when each stage began and what the fraction was then."""
    seen: dict[str, str] = {}
    for word in journey.words:
        if word.status == "running" and word.stage:
            seen.setdefault(word.stage, f"{word.stage} {word.at:.1f} s ({word.fraction:.0%})")
    return ", ".join(seen.values())


def run(entry: Site, running: Running, study: Study, kind: str, correction: str) -> tuple[Journey, list[Claim]]:
    """Run one analysis and return what is claimed of it."""
    with Peaks(running) as peaks:
        journey = travel(entry, study, {"feature_count": ALL, "correction_method": correction})
    numbers = journey.analysis.metrics
    title = f"{kind}, {correction}"
    how = f"{numbers['significant']:,} of {numbers['tests']:,} pairs significant; {stages(journey)}"
    return journey, [
        Claim(f"{title}: from click to result", journey.seconds, "s", how=how),
        Claim(f"{title}: memory of the job", peaks.most[CHILD], "MiB", how="all of its process, libraries and table included"),
        Claim(f"{title}: memory of the web process", peaks.most[WEB], "MiB", how="resident, meanwhile"),
        Claim(f"{title}: longest silence of the progress", journey.standstill, "s", most=5.0, how=f"{len(journey.words)} words"),
        Claim(
            f"{title}: fraction from the share of the time",
            journey.untruth,
            "of 1",
            how="at most; 0 is true" if journey.rises else "IT FELL",
        ),
    ]


def read(entry: Site, journey: Journey, title: str) -> list[Claim]:
    """Read the pairs as a person narrows them, and all of them."""
    start = time.perf_counter()
    strongest = entry.read(journey.analysis.id, "pairs.csv", strongest=1_000)
    took = time.perf_counter() - start
    feature = strongest.decode().splitlines()[1].split(",")[0]
    start = time.perf_counter()
    own = entry.read(journey.analysis.id, "pairs.csv", feature=feature)
    took_feature = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        whole = entry.download(journey.analysis, folder, "pairs.csv")[0]
        took_all, size = time.perf_counter() - start, whole.stat().st_size
    return [
        Claim(f"{title}: the 1,000 strongest as CSV", took, "s", how=f"{len(strongest) / 1e3:,.0f} kB"),
        Claim(f"{title}: all pairs of one feature as CSV", took_feature, "s", how=f"{len(own.splitlines()) - 1:,} pairs"),
        Claim(f"{title}: all pairs as CSV", took_all, "s", how=f"{size / 1e6:,.0f} MB, {size / 1e6 / took_all:,.0f} MB/s"),
    ]


def digests(journey: Journey) -> dict[str, str]:
    """Return the SHA-256 of every stored file but the manifest, which holds times."""
    return {file["name"]: file["sha256"] for file in journey.analysis.files if not file.get("made") and file["name"] != "manifest.json"}


def again(entry: Site, running: Running, study: Study, kind: str, first: Journey) -> Claim:
    """Run it once more, and once on one processor: are the files the same?"""
    asked = {"feature_count": ALL, "correction_method": CORRECTIONS[0]}
    second = travel(entry, study, asked)
    one_processor(running)
    alone = travel(entry, study, asked)
    other = {name for one in (second, alone) for name, digest in digests(one).items() if digests(first).get(name) != digest}
    how = f"of {len(digests(first))}, run again and on one processor: {', '.join(sorted(other)) or 'the same bytes'}; "
    how += f"{second.seconds:.1f} s and {alone.seconds:.1f} s"
    return Claim(f"{kind}: files that differ", len(other), "files", most=0, how=how)


def longest(journey: Journey, stage: str) -> float:
    """Return the fraction in the middle of a stage: of its words, that between the two furthest from each other in time."""
    words = [word for word in journey.words if word.status == "running"]
    stays = [(after.at - before.at, before.fraction) for before, after in pairwise(words) if before.stage == stage]
    return max(stays, default=(0.0, 0.0))[1]


def cancels(entry: Site, study: Study, kind: str, first: Journey) -> list[Claim]:
    """Cancel in each stage, where it lasted longest without a word."""
    claims: list[Claim] = []
    for stage in dict.fromkeys(word.stage for word in first.words if word.status == "running" and word.stage):
        share = longest(first, stage)
        journey = travel(entry, study, {"feature_count": ALL}, cancel_at=stage, share=share)
        met = journey.analysis.status == "cancelled"
        how = f"asked at {share:.0%}" if met else "the stage was over before it could be asked"
        took = journey.cancelled_after if met else None
        claims.append(Claim(f"{kind}: cancelled while {stage[:1].lower()}{stage[1:]}", took, "s", most=MOST_CANCEL_S, how=how))
    return claims


def journeys(entry: Site, running: Running, kind: str, folder: Path) -> list[Claim]:
    """Return all claims of one table."""
    path = folder / f"{kind}.csv"
    tables.table(kind, path)
    study, claim = saved(entry, kind, path)
    claims = [claim]
    show(claims)
    made: list[Journey] = []
    for correction in CORRECTIONS:
        journey, found = run(entry, running, study, kind, correction)
        if journey.analysis.metrics["listed"] >= MANY:
            found.append(disk(journey, f"{kind}, {correction}"))
        made.append(journey)
        show(found)
        claims += found
    for found in (read(entry, made[0], f"{kind}, {CORRECTIONS[0]}"), cancels(entry, study, kind, made[0])):
        show(found)
        claims += found
    return [*claims, again(entry, running, study, kind, made[0])]


def main() -> int:
    """Print the claims; 1 when one does not hold."""
    options = parser(__doc__)
    options.add_argument("--table", action="append", choices=tuple(tables.FILES), help="only this one; may be repeated")
    asked = options.parse_args()
    claims: list[Claim] = []
    for kind in asked.table or ("sparse", "expression"):
        with tempfile.TemporaryDirectory() as name, site(Path(name)) as running, enter(running) as entry:
            claims += journeys(entry, running, kind, Path(name))
    return finish(claims, asked.json)


if __name__ == "__main__":
    sys.exit(main())
