"""Claim: when nothing changed, `make run` is healthy within 5 seconds.

Starts an instance a few times in a scratch data folder and prints how long `GET /health` took to answer 200 after `make run`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from measuring.claims import Claim, finish, parser
from measuring.site import free_port

ROOT = Path(__file__).resolve().parents[1]
STARTS = 5
CLAIM_S = 5.0


def healthy(port: int) -> bool:
    """Whether the instance on this port says that all its parts are well."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def start_and_stop(folder: str, port: int) -> float:
    """Return the seconds from `make run` to a healthy site; nothing runs afterwards."""
    settings = {"SCIFLASK_DATA_DIR": folder, "SCIFLASK_PORT": str(port)}
    began = time.perf_counter()
    with subprocess.Popen(["make", "run"], cwd=ROOT, env=os.environ | settings, stdout=subprocess.DEVNULL) as run:
        while not healthy(port):
            if run.poll() is not None:
                message = "make run ended early; look at it by hand"
                raise SystemExit(message)
            time.sleep(0.02)
        took = time.perf_counter() - began
        run.terminate()
    return took


def main() -> int:
    """Print the time of the first start (which may build) and of those after it, against the claim."""
    asked = parser(__doc__).parse_args()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        first, *later = [start_and_stop(folder, port) for _ in range(STARTS + 1)]
    how = f"slowest of {STARTS}; median {statistics.median(later):.2f} s, the first one with this data folder {first:.2f} s"
    return finish([Claim("`make run` to healthy when nothing changed", max(later), "s", most=CLAIM_S, how=how)], asked.json)


if __name__ == "__main__":
    sys.exit(main())
