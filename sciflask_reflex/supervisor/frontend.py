"""The pages as the browser loads them: built only when something changed, and good for every address."""

import fcntl
import gzip
import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from pipeline import tools
from pipeline.toolkit import describe
from sciflask_reflex import installed
from sciflask_reflex.errors import Unavailable
from sciflask_reflex.settings import BUILT_MANUAL, ROOT, Settings
from sciflask_reflex.studies.first import first_tool
from sciflask_reflex.supervisor.child import Child
from sciflask_reflex.supervisor.environment import build_environment, web_folder
from sciflask_reflex.supervisor.logs import make_log, say
from sciflask_reflex.supervisor.watch import Watch

WEB = web_folder()
CLIENT = WEB / "build" / "client"
STAMP = WEB / "build" / "fingerprint"
SOURCES = (
    "sciflask_reflex/**/*.py", "sciflask_reflex/**/*.jsx", "pipeline/**/*.py", "pipeline/**/*.csv", "assets/**/*", "docs/gallery/*.md",
    "rxconfig.py",
)  # fmt: skip
BACKEND_ONLY = (
    "sciflask_reflex/supervisor/",
    "sciflask_reflex/jobs/",
    "sciflask_reflex/cli.py",
    "sciflask_reflex/commands/",
    "assets/external/",
)
SHOWN_ON_PAGES = (
    "site_name", "contact", "registration", "guests", "guest_days",
    "max_file_mib", "max_samples", "max_features", "min_features", "min_shared_samples", "job_seconds",
)  # fmt: skip
"""The settings that may stand on a page; another value means another build."""

BAKED_HTTP = "`http://localhost/"
BAKED_WS = "`ws://localhost/"
OWN_HTTP = "`${location.origin}/"
OWN_WS = '`${location.origin.replace(/^http/,"ws")}/'


def fingerprint(site: Settings) -> str:
    """Return a digest of everything that the built pages follow from."""
    digest = hashlib.sha256(f"{version('reflex')} {sys.version_info[:2]} ".encode())
    digest.update(repr([(name, getattr(site, name)) for name in SHOWN_ON_PAGES]).encode())
    digest.update(f"{site.imprint.shown()} {(BUILT_MANUAL / 'index.html').is_file()} ".encode())
    digest.update(json.dumps([describe(tool) for tool in tools().values()]).encode())  # some come from installed packages
    ours = [(str(path.relative_to(ROOT)), path) for path in sorted(_sources())]
    for name, path in (*ours, *installed.sources()):
        digest.update(name.encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_fresh(site: Settings) -> bool:
    """Whether the built pages are those of the present sources and settings."""
    return STAMP.is_file() and (CLIENT / "index.html").is_file() and STAMP.read_text() == fingerprint(site)


def build(site: Settings, watch: Watch) -> None:
    """Build the pages unless they are fresh. Two instances of one checkout take turns."""
    first_tool(site)  # says in a sentence, and before the build, that there is no such tool
    if is_fresh(site):
        return
    with _one_at_a_time():
        if is_fresh(site):
            return
        say("Building the pages (once, and again when something changed) ...")
        STAMP.unlink(missing_ok=True)
        wanted = fingerprint(site)
        code = watch.run_once(_export(site))
        if code is None:
            return
        if code or not (CLIENT / "index.html").is_file():
            raise Unavailable(_failure(site, code))
        serve_any_address(CLIENT)
        STAMP.write_text(wanted)


def serve_any_address(client: Path) -> None:
    """Make the page talk to the address it came from, so that one build fits every port, host and proxy.

    Reflex writes the address of the build into one small script, and drops the port on https.
    """
    scripts = list(client.glob("assets/reflex-env-*.js"))
    if len(scripts) != 1:
        sentence = f"The build in {client} has {len(scripts)} scripts named reflex-env-*.js instead of one: this Reflex is not the one that was tested."
        raise Unavailable(sentence)
    text = scripts[0].read_text().replace(BAKED_HTTP, OWN_HTTP).replace(BAKED_WS, OWN_WS)
    if "//localhost" in text or OWN_WS not in text:
        sentence = f"The addresses in {scripts[0]} could not be replaced: this Reflex is not the one that was tested."
        raise Unavailable(sentence)
    scripts[0].write_text(text)
    twin = scripts[0].with_name(scripts[0].name + ".gz")
    if twin.exists():
        twin.write_bytes(gzip.compress(text.encode(), mtime=0))


def _sources() -> Iterator[Path]:
    for pattern in SOURCES:
        for path in ROOT.glob(pattern):
            if path.is_file() and not str(path.relative_to(ROOT)).startswith(BACKEND_ONLY):
                yield path


def _export(site: Settings) -> Child:
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    return Child("build", command, build_environment(site), 2.0, make_log("build", site.data_dir / "log", on_terminal=False))


def _failure(site: Settings, code: int) -> str:
    log = site.data_dir / "log" / "build.log"
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
    return f"The pages could not be built (exit code {code}). The whole story is in {log}; it ends with:\n{tail}"


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (ROOT / "rxconfig.py").open() as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
