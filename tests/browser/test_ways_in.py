"""The same tool by every way in: the files of the result are the same, byte by byte."""

import hashlib
from pathlib import Path

from pipeline import tools
from sciflask_client import Site as Client
from sciflask_reflex.commands.run import DONE, run
from tests.browser.people import make_token

EXAMPLE = tools()["correlation"].examples[0]


def digests(paths: list[Path]) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_client_and_command_line_give_the_same_files(site, tmp_path):
    seen = []
    with Client(site.url, token=make_token(site)) as client:
        assert "correlation" in [tool["slug"] for tool in client.tools()]
        done = client.run("correlation", EXAMPLE.files, labels=EXAMPLE.labels, timeout=60, on_progress=seen.append, **EXAMPLE.parameters)
        assert {name: done.metrics[name] for name in EXAMPLE.expected} == EXAMPLE.expected
        fetched = done.download(tmp_path / "client")
        done.delete()
    assert seen[-1].status == "done"
    arguments = [part for slot, path in EXAMPLE.files.items() for part in (f"--{slot}", str(path), f"--{slot}-label", EXAMPLE.labels[slot])]
    out = tmp_path / "command"
    assert run("correlation", [*arguments, "--feature-count", "40", "-o", str(out), "--quiet"]) == DONE
    assert digests(fetched) == digests([path for path in out.iterdir() if path.name != "manifest.json"])
