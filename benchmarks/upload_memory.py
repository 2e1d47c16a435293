"""Claim: a file of 500 MB sent to POST /api/v1/uploads raises the memory of the web process by less than 100 MB.

Starts a web process of its own on a fresh site, sends a small file to warm it up, then the large one while watching
the process's resident memory, and prints the figures. Exits 1 if the claim does not hold.

    .venv/bin/python benchmarks/upload_memory.py [--mb 500] [--files 1]
"""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
from measuring.claims import Claim, finish, parser
from measuring.site import free_port

ROOT = Path(__file__).resolve().parents[1]
MB = 1_000_000
PIECE = secrets.token_bytes(MB)
BOUNDARY = b"benchmark"
HEAD = b'--benchmark\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'
END = b"\r\n--benchmark--\r\n"
CLAIM_MB = 100

SERVE = """
from sciflask_reflex.api.app import api_app
from sciflask_reflex.http.guards import guards
app = guards(api_app())
"""
SET_UP = """
from alembic import command
from alembic.config import Config
from sciflask_reflex import secrets
secrets.ensure()
command.upgrade(Config("alembic.ini"), "head")
from sciflask_reflex.identity import tokens
from sciflask_reflex.identity.service import create_account
create_account("bench@example.org", "a long enough passphrase")
print(tokens.create("bench@example.org"))
"""


def memory_mb(pid: int, field: str = "VmRSS") -> float:
    """Return a process's resident memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) * 1024 / MB


def children(pid: int) -> list[int]:
    """Return the ids of a process's children."""
    return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]


async def body(megabytes: int) -> AsyncIterator[bytes]:
    """Yield a multipart body with one file of that size, made on the way."""
    yield HEAD
    for _ in range(megabytes):
        yield PIECE
    yield END


async def send(client: httpx.AsyncClient, megabytes: int) -> None:
    """Send one file and check that all of it was stored."""
    length = len(HEAD) + megabytes * MB + len(END)
    headers = {"content-type": "multipart/form-data; boundary=benchmark", "content-length": str(length)}
    answer = await client.post("/api/v1/uploads", headers=headers, content=body(megabytes))
    if answer.status_code != 201 or answer.json()["bytes"] != megabytes * MB:
        sys.exit(f"The upload failed: {answer.status_code} {answer.text}")


async def ready(client: httpx.AsyncClient) -> None:
    """Wait until the server answers."""
    for _ in range(300):
        try:
            await client.get("/live")
        except httpx.TransportError:
            await asyncio.sleep(0.1)
        else:
            return
    sys.exit("The server did not start.")


async def measure(pid: int, url: str, token: str, megabytes: int, files: int) -> Claim:
    """Send the files at once and return what the web process needed for it."""
    async with httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=600) as client:
        await ready(client)
        await send(client, 5)
        web = max(children(pid), key=memory_mb, default=pid)
        before = memory_mb(web)
        began = time.perf_counter()
        sending = asyncio.gather(*(send(client, megabytes) for _ in range(files)))
        peak = before
        while not sending.done():
            peak = max(peak, memory_mb(web))
            await asyncio.sleep(0.02)
        await sending
        seconds = time.perf_counter() - began
    peak = max(peak, memory_mb(web, "VmHWM"))
    rise = peak - before
    how = f"{files} × {megabytes} MB in {seconds:.1f} s ({files * megabytes / seconds:.0f} MB/s); {before:.0f} MB before, {peak:.0f} MB at most"
    return Claim("memory of the web process above its own while a file arrives", rise, "MB", most=CLAIM_MB, how=how)


def main() -> int:
    """Run the benchmark."""
    known = parser(__doc__)
    known.add_argument("--mb", type=int, default=500, help="size of each file")
    known.add_argument("--files", type=int, default=1, choices=(1, 2), help="how many at once")
    options = known.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "served.py").write_text(SERVE)
        environment = os.environ | {
            "SCIFLASK_DATA_DIR": f"{folder}/data",
            "SCIFLASK_MAX_FILE_MIB": str(options.mb + 1),
            "SCIFLASK_MAX_OWNER_MIB": str(10 * options.mb),
            "PYTHONPATH": f"{ROOT}:{folder}",
        }
        (Path(folder) / "data").mkdir()
        made = subprocess.run([sys.executable, "-c", SET_UP], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        port = free_port()
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port), "served:app"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            claim = asyncio.run(measure(server.pid, f"http://127.0.0.1:{port}", made.stdout.split()[-1], options.mb, options.files))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)
    return finish([claim], options.json)


if __name__ == "__main__":
    sys.exit(main())
