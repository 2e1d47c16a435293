"""`sciflask doctor`: one line for each thing that can be wrong, and how to mend it."""

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import typer

from sciflask_reflex import secrets
from sciflask_reflex.commands import doctor_servers
from sciflask_reflex.commands.verdict import Verdict
from sciflask_reflex.errors import Refused
from sciflask_reflex.settings import MIB, ROOT, Settings
from sciflask_reflex.supervisor import claim, frontend, up

LEAST_FREE_MIB = 2048
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)(?: ; (.*?))? \\$", re.MULTILINE)


@dataclass(frozen=True)
class Check:
    """A name and the question behind it."""

    name: str
    ask: Callable[[Settings], Verdict]


def examine(site: Settings) -> int:
    """Print a verdict for each part of the set-up and return 1 if any is a problem."""
    problems = 0
    for check in CHECKS:
        verdict = check.ask(site)
        problems += not verdict.ok
        typer.echo(f"{'ok     ' if verdict.ok else 'PROBLEM'}  {check.name:<12} {verdict.says}")
        if verdict.cure:
            typer.echo(f"{'':<22}{'cure: ' if not verdict.ok else ''}{verdict.cure}")
    typer.echo(f"\n{problems} problem{'s' if problems != 1 else ''}." if problems else "\nAll is well.")
    return 1 if problems else 0


def python(site: Settings) -> Verdict:
    """Is this Python new enough."""
    found = ".".join(map(str, sys.version_info[:3]))
    return Verdict(sys.version_info >= (3, 11), f"Python {found}", "Install Python 3.11 or newer, then: make clean run")


def packages(site: Settings) -> Verdict:
    """Are the installed packages those of the lock."""
    wrong = [f"{name} {found} instead of {wanted}" for name, wanted, found in _installed() if found != wanted]
    says = "as locked in requirements.txt" if not wrong else "; ".join(wrong[:5])
    return Verdict(not wrong, says, "Remove .venv and run: make run")


def data_folder(site: Settings) -> Verdict:
    """Is the data folder ours alone."""
    folder = site.data_dir
    if not folder.exists():
        return Verdict.fine(f"{folder} is made at the first start")
    mode = folder.stat().st_mode & 0o777
    return Verdict(not mode & 0o077, f"{folder} has mode {mode:o}", f"chmod 700 {folder}")


def master_key(site: Settings) -> Verdict:
    """Can the master key be used, and by nobody else."""
    path = secrets.master_file()
    if not path.parent.exists():
        return Verdict.fine("is made at the first start")
    fault = secrets.find_fault(path)
    return Verdict(
        fault is None,
        fault or f"{path} is private",
        "" if fault is None else "See the sentence above; `sciflask up` refuses to start until then.",
    )


def site_folder(site: Settings) -> Verdict:
    """Is the operator's folder there. A fault in it would have stopped this command before."""
    known = site.site_dir.is_dir()
    return Verdict.fine(
        f"{site.site_name}, by {site.site_dir}" if known else f"{site.site_name}, as shipped (sciflask site new makes it yours)"
    )


def pages(site: Settings) -> Verdict:
    """Are the built pages those of the present sources."""
    fresh = frontend.is_fresh(site)
    return Verdict(
        fresh, "built and fresh" if fresh else "not built, or older than the sources", "sciflask build (`sciflask up` does it too)"
    )


def bun(site: Settings) -> Verdict:
    """Is the program there that builds the pages."""
    found = shutil.which("bun", path=str(Path(sys.executable).parent)) or shutil.which("bun")
    return Verdict(bool(found), found or "missing: the pages cannot be built", "Remove .venv and run: make run")


def port(site: Settings) -> Verdict:
    """Is the port free, or taken by ourselves."""
    try:
        claim.check_port(site)
    except Refused as fault:
        ours = claim.is_running(site) and up.answers(site)
        return Verdict(
            ours,
            f"{site.host}:{site.port} is served by this instance" if ours else fault.sentence,
            "" if ours else "See the sentence above.",
        )
    return Verdict.fine(f"{site.host}:{site.port} is free")


def disk(site: Settings) -> Verdict:
    """Is there room for work."""
    folder = next(path for path in (site.data_dir, *site.data_dir.parents) if path.exists())
    free = shutil.disk_usage(folder).free // MIB
    return Verdict(
        free >= LEAST_FREE_MIB, f"{free} MiB free in {folder}", f"Make room: at least {LEAST_FREE_MIB} MiB, or move SCIFLASK_DATA_DIR."
    )


def chromium(site: Settings) -> Verdict:
    """Is the browser there that the tests drive; running the site does not need it."""
    found = shutil.which("chromium")
    return Verdict.fine(found or "not installed; only `make test` needs it (apt-get install chromium)")


def _installed() -> Iterator[tuple[str, str, str]]:
    from packaging.markers import Marker

    for name, wanted, marker in PINNED.findall((ROOT / "requirements.txt").read_text()):
        if marker and not Marker(marker).evaluate():
            continue
        try:
            yield name, wanted, version(name)
        except PackageNotFoundError:
            yield name, wanted, "nothing"


CHECKS = (
    Check("Python", python),
    Check("Packages", packages),
    Check("Data folder", data_folder),
    Check("Master key", master_key),
    Check("Database", doctor_servers.database),
    Check("Tables", doctor_servers.tables),
    Check("Queue", doctor_servers.broker),
    Check("Workers", doctor_servers.workers),
    Check("Cluster", doctor_servers.cluster),
    Check("Site", site_folder),
    Check("Bun", bun),
    Check("Pages", pages),
    Check("Port", port),
    Check("Disk", disk),
    Check("Chromium", chromium),
)
