"""One instance per data folder and per port."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sciflask_reflex.errors import Refused
from sciflask_reflex.settings import Settings, settings
from sciflask_reflex.supervisor import claim

HOLD = """
import sys
from sciflask_reflex.settings import settings
from sciflask_reflex.supervisor.claim import claim_data_folder
claim_data_folder(settings())
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_instance_is_refused_and_told_who_holds_the_folder(data_dir: Path):
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout
        assert first.stdout.readline() == "held\n"
        assert claim.is_running(settings())
        with pytest.raises(Refused, match=rf"{data_dir} \(process {first.pid}\).*SCIFLASK_DATA_DIR"):
            claim.claim_data_folder(settings())
        first.kill()
    assert not claim.is_running(settings())
    os.close(claim.claim_data_folder(settings()))  # a killed instance blocks nobody


def test_asking_whether_it_runs_does_not_claim_the_folder(data_dir: Path):
    assert not claim.is_running(settings())
    handle = claim.claim_data_folder(settings())
    assert claim.is_running(settings())
    os.close(handle)


def test_a_taken_port_is_named_with_the_setting_that_changes_it(data_dir: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Refused, match=rf"Port {port} on 127\.0\.0\.1 is taken.*SCIFLASK_PORT="):
            claim.check_port(Settings(port=port))  # pyright: ignore[reportCallIssue]
    claim.check_port(Settings(port=port))  # pyright: ignore[reportCallIssue]


def test_an_address_that_is_not_ours_is_named(data_dir: Path):
    with pytest.raises(Refused, match=r"192\.0\.2\.1 port 3000.*SCIFLASK_HOST"):
        claim.check_port(Settings(host="192.0.2.1"))  # pyright: ignore[reportCallIssue]


def test_a_private_folder_is_closed_to_others_and_never_a_link(tmp_path: Path):
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    assert claim.private_folder(folder).stat().st_mode & 0o777 == 0o700
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(Refused, match="is a link or belongs to another user"):
        claim.private_folder(tmp_path / "link")
