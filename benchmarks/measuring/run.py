"""Every benchmark, and one table of what they claim: ``make bench``, or ``make bench PART="correlation reading"`` for some.

Run: ``python benchmarks/measuring/run.py [PART ...] [--json FILE]``. Each part leaves its figures in ``build/benchmarks``;
``python benchmarks/measuring/page.py`` makes ``docs/benchmarks.md`` of them.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from measuring.claims import Claim, number, read

SCRIPTS = Path(__file__).parents[1]
ROOT = SCRIPTS.parent
KEPT = ROOT / "build" / "benchmarks"


def parts() -> list[str]:
    """Return the names of all benchmarks."""
    return sorted(path.stem for path in SCRIPTS.glob("*.py"))


def run(part: str) -> bool:
    """Run one benchmark and return whether all its claims hold."""
    print(f"== {part}", flush=True)
    started = time.perf_counter()
    target = KEPT / f"{part}.json"
    target.unlink(missing_ok=True)
    code = subprocess.run([sys.executable, str(SCRIPTS / f"{part}.py"), "--json", str(target)], check=False, cwd=ROOT).returncode
    print(f"   {number(time.perf_counter() - started)} s", flush=True)
    return code == 0


def missed(part: str) -> list[Claim]:
    """Return the claims of a part that do not hold."""
    path = KEPT / f"{part}.json"
    return [claim for claim in read(path)[1] if not claim.kept] if path.exists() else []


def main() -> int:
    """Run what was asked for; 1 when a claim does not hold or a benchmark broke down."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("part", nargs="*", choices=[*parts(), []], help="only these")
    options.add_argument("--json", type=Path, help="write all figures into one file, too")
    asked = options.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    chosen = asked.part or parts()
    bad = [part for part in chosen if not run(part)]
    print(f"\n{len(chosen)} benchmarks, {len(bad)} with something to look at")
    for part in bad:
        for claim in missed(part):
            print(f"{part}: {claim.what}: {number(claim.measured or 0)} {claim.unit}, {claim.target}")
        if not missed(part):
            print(f"{part}: it broke down")
    if asked.json:
        found = {part: json.loads((KEPT / f"{part}.json").read_text("utf-8")) for part in chosen if (KEPT / f"{part}.json").exists()}
        asked.json.write_text(json.dumps(found, indent=1), "utf-8")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
