"""Claim: when nothing changed, `make run` is healthy within 5 seconds.

Starts an instance a few times in a scratch data folder and prints how long `GET /health` took to answer 200 after `make run`.
"""

import os
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

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


def main() -> None:
    """Print the time of the first start (which may build) and of those after it, against the claim."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        first, *later = [start_and_stop(folder, port) for _ in range(STARTS + 1)]
    median, worst = statistics.median(later), max(later)
    print(f"first start with this data folder  {first:6.2f} s")
    print(f"later starts, median of {STARTS}          {median:6.2f} s")
    print(f"later starts, worst                {worst:6.2f} s")
    print(f"claim: at most {CLAIM_S:.0f} s; median is {median / CLAIM_S:.2f} of it: {'holds' if worst <= CLAIM_S else 'BROKEN'}")
    raise SystemExit(worst > CLAIM_S)


if __name__ == "__main__":
    main()
