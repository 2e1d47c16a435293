"""The same tool by every way in: the files of the result are the same, byte by byte."""

import asyncio
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import httpx2
from mcp.client import Client as ModelClient
from mcp.client.streamable_http import streamable_http_client
from playwright.sync_api import expect

from pipeline import tools
from sciflask_client import Site as Client
from sciflask_reflex.commands.run import DONE, run
from tests.browser import people
from tests.browser.new_tool import SLUG
from tests.browser.people import make_token

EXAMPLE = tools()["correlation"].examples[0]


def digests(paths: list[Path]) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def by_website(visitor, new_tool, tmp_path) -> dict[str, str]:
    """As a guest: upload, check, save, set, run, download all."""
    page = visitor().new_page()
    page.goto(f"/tools/{SLUG}")
    expect(page.get_by_role("heading", name="Spread", exact=True)).to_be_visible()
    page.locator("#content").get_by_role("link", name="Upload data").click()
    page.get_by_label("Study name").fill("By the website")
    page.get_by_label("Measurements", exact=True).set_input_files(new_tool.data)
    expect(page.get_by_role("status").filter(has_text=new_tool.data.name)).to_be_visible()
    page.get_by_label("I accept the terms and conditions").check()
    page.get_by_role("button", name="Check data").click()
    page.get_by_role("button", name="Save study").click(timeout=people.LONG)
    page.wait_for_url(re.compile(r"/studies/[0-9a-f]{32}/analyse"))
    page.get_by_label("Resamples").fill("50")
    people.run_analysis(page)
    people.expect_done(page)
    expect(page.get_by_role("heading", name="Spread of the features")).to_be_visible()
    with page.expect_download() as caught:
        page.get_by_role("button", name="Download all").click()
    with zipfile.ZipFile(caught.value.path()) as archive:
        return {Path(name).name: sha256(archive.read(name)) for name in archive.namelist() if "results/" in name and not name.endswith("/")}


def by_rest(site, new_tool, token) -> dict[str, str]:
    """By plain requests, each file of the result downloaded."""
    with httpx.Client(base_url=f"{site.url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30) as http:

        def ask(method: str, path: str, **how: Any) -> Any:
            answer = http.request(method, path, **how)
            assert answer.is_success, answer.text
            return answer

        upload = ask("POST", "/uploads", files={"file": ("samples.csv", new_tool.data.read_bytes())}).json()
        study = ask("POST", "/studies", json={"tool": SLUG, "name": "By REST", "inputs": {"samples": upload["id"]}}).json()
        asked = {"name": "By REST", "parameters": {"resamples": 50}}
        submitted = ask("POST", f"/studies/{study['id']}/analyses", json=asked).json()
        found: dict[str, Any] = {}

        def is_done() -> bool:
            found.update(ask("GET", f"/analyses/{submitted['id']}").json())
            assert found["status"] not in ("failed", "cancelled"), found["error"]
            return found["status"] == "done"

        people.wait_until(is_done, 60)
        assert found["metrics"]["features"] == 12
        files = {file["name"]: ask("GET", f"/analyses/{found['id']}/files/{file['name']}").content for file in found["files"]}
        assert {file["name"]: file["sha256"] for file in found["files"]} == {name: sha256(content) for name, content in files.items()}
        return {name: sha256(content) for name, content in files.items()}


def by_command(site, new_tool, tmp_path) -> dict[str, str]:
    """By the command, as on a laptop without a server."""
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "sciflask_reflex.cli",
        "run",
        SLUG,
        "--samples",
        str(new_tool.data),
        "--resamples",
        "50",
        "-o",
        str(out),
    ]
    done = subprocess.run(command, env=site.environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return digests([path for path in out.iterdir() if path.name != "manifest.json"])


def by_client(site, new_tool, token, tmp_path) -> dict[str, str]:
    """By the client for Python."""
    with Client(site.url, token=token) as client:
        done = client.run(SLUG, {"samples": new_tool.data}, name="By the client", timeout=60, resamples=50)
        return digests(done.download(tmp_path / "client"))


def by_language_model(site, new_tool, token) -> dict[str, str]:
    """By the official client of the Model Context Protocol; what it reads is the file, whole."""

    async def go() -> dict[str, str]:
        headers = {"authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=30) as http,
            ModelClient(streamable_http_client(f"{site.url}/mcp", http_client=http)) as model,
        ):

            async def call(act: str, **given: Any) -> dict[str, Any]:
                answer = await model.call_tool(act, given)
                assert not answer.is_error, answer
                return answer.structured_content or {}

            offered = {act.name: act for act in (await model.list_tools()).tools}
            assert "How often samples are drawn anew." in json.dumps(offered[f"run_{SLUG}"].input_schema)
            upload = await call("upload_data", filename="samples.csv", content=new_tool.data.read_text())
            state = await call(f"run_{SLUG}", samples=upload["upload"], name="By a model", parameters={"resamples": 50})
            while state["status"] not in ("done", "failed", "cancelled"):
                await asyncio.sleep(0.2)
                state = await call("analysis_status", analysis=state["id"])
            assert state["status"] == "done", state["error"]
            read = await call("read_result", analysis=state["id"], file="features.csv")
            told = {file["name"]: file["sha256"] for file in state["files"]}
            assert told["features.csv"] == sha256(read["text"].encode())
            return told

    with ThreadPoolExecutor(1) as thread:  # this one belongs to the browser's loop
        return thread.submit(lambda: asyncio.run(go())).result()


def test_a_tool_written_a_moment_ago_is_the_same_by_website_rest_command_client_and_language_model(site, new_tool, visitor, tmp_path):
    token = make_token(site)
    found = {
        "website": by_website(visitor, new_tool, tmp_path),
        "REST": by_rest(site, new_tool, token),
        "command": by_command(site, new_tool, tmp_path),
        "client": by_client(site, new_tool, token, tmp_path),
        "language model": by_language_model(site, new_tool, token),
    }
    assert "features.csv" in found["website"]
    for way, files in found.items():
        assert files == found["website"], way


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
