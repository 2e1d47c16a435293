"""The only module that makes paths. Ids are the only names on disk; what users call their files lives in the database."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sciflask_reflex.settings import MIB, settings

ID = re.compile(r"[0-9a-f]{32}")
SPREAD = re.compile(r"[0-9a-f]{32}\.[0-9]{1,9}")
LIVE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""Slugs and versions of live tools."""
PLACE = re.compile(r"[a-z][a-z0-9_]{0,63}(\.[1-9][0-9]{0,2})?")
FREE_FLOOR_BYTES = 1024 * MIB
"""With less than this free on the disk somebody should be told."""
RESULT_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")


def _checked(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.fullmatch(value):
        message = f"{value[:64]!r} is not a valid name for a stored thing."
        raise ValueError(message)
    return value


def root() -> Path:
    """Return the folder below which everything is kept."""
    return settings().data_dir


def _folder(*parts: str) -> Path:
    path = root().joinpath(*parts)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def staging(upload_id: str) -> Path:
    """Return where the bytes of an upload wait."""
    return _folder("incoming") / _checked(ID, upload_id)


def study_folder(study_id: str) -> Path:
    """Return the folder of a study's input files."""
    return _folder("studies") / _checked(ID, study_id)


def study_input(study_id: str, place: str) -> Path:
    """Return where one file of a study is kept: the input's name, and the file's position when the input takes several."""
    return study_folder(study_id) / _checked(PLACE, place)


def result_folder(analysis_id: str, attempt: int) -> Path:
    """Return the folder of the result that an attempt wrote, complete with its manifest."""
    return _folder("results", _checked(ID, analysis_id)) / str(int(attempt))


def result_draft(analysis_id: str, attempt: int) -> Path:
    """Return the folder in which an attempt builds its result before the one rename."""
    return _folder("results", _checked(ID, analysis_id)) / f".{int(attempt)}.tmp"


def result_scratch(analysis_id: str, attempt: int) -> Path:
    """Return the folder for an attempt's temporary files; it goes when the attempt ends."""
    return _folder("results", _checked(ID, analysis_id)) / f".{int(attempt)}.scratch"


def spread_folder() -> Path:
    """Return the folder of what attempts share with other machines; it may lie on another disk than everything else."""
    return settings().dask_folder


def result_spread(analysis_id: str, attempt: int) -> Path:
    """Return the folder of what an attempt shares with other machines; it goes when the attempt ends."""
    return spread_folder() / f"{_checked(ID, analysis_id)}.{int(attempt)}"


def spread_folders() -> list[Path]:
    """Return what attempts have put where other machines see it; nothing else that lies there is ours."""
    folder = spread_folder()
    return [path for path in sorted(folder.iterdir()) if SPREAD.fullmatch(path.name)] if folder.is_dir() else []


def discard_spread(path: Path) -> None:
    """Remove what an attempt shared with other machines, as far as that is possible now; the rest is left to the sweeper."""
    shutil.rmtree(path, ignore_errors=True)


def cache_folder() -> Path:
    """Return where libraries keep what they can make again, such as lists of fonts."""
    return _folder("cache")


def live_folder(*parts: str) -> Path:
    """Return the folder of what live tools have computed, or one below it: of a tool, and of a version of its code."""
    return _folder("cache", "live", *(_checked(LIVE, part) for part in parts))


def live_result(slug: str, version: str, key: str) -> Path:
    """Return the folder of a result of a live tool."""
    return live_folder(slug, version) / _checked(ID, key)


def live_file(slug: str, version: str, key: str, name: str) -> Path:
    """Return the path of one file of a result of a live tool."""
    return live_result(slug, version, key) / _checked(RESULT_FILE, name)


def live_draft(key: str) -> Path:
    """Return the folder in which a result of a live tool is made, before the one rename."""
    return _folder("cache", "drafts") / _checked(ID, key)


def result_file(analysis_id: str, attempt: int, name: str) -> Path:
    """Return the path of one file of a result; the name is one component, never a path."""
    return result_folder(analysis_id, attempt) / _checked(RESULT_FILE, name)


def analysis_folder(analysis_id: str) -> Path:
    """Return the folder with the results of all attempts."""
    return _folder("results") / _checked(ID, analysis_id)


def result_bundle(analysis_id: str, attempt: int, version: str) -> Path:
    """Return where the zip of everything that belongs to a result is kept for a while once somebody has asked for it."""
    return analysis_folder(analysis_id) / f".{int(attempt)}.{_checked(ID, version)}.zip"


def mail_folder() -> Path:
    """Return where mails land when there is no mail server."""
    return _folder("mail")


def run_folder() -> Path:
    """Return where sockets, locks and process ids are kept."""
    return _folder("run")


def discard(path: Path) -> None:
    """Take a file or folder out of sight at once (one rename), then remove it; what resists is left to the sweeper."""
    if not path.exists():
        return
    grave = trash_folder() / uuid4().hex
    try:
        path.rename(grave)
    except FileNotFoundError:
        return  # somebody else was faster
    remove_grave(grave)


def trash_folder() -> Path:
    """Return where discarded things lie until they are gone."""
    return _folder("trash")


def remove_grave(grave: Path) -> None:
    """Remove what was discarded, as far as that is possible now."""
    if grave.is_dir():
        shutil.rmtree(grave, ignore_errors=True)
    else:
        grave.unlink(missing_ok=True)


def sync_folder(path: Path) -> None:
    """Make renames within a folder survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def new_file(path: Path) -> Iterator[int]:
    """Yield the descriptor of a new private file (0600); refuses to touch one that exists or a link."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        yield handle
        os.fsync(handle)
    finally:
        os.close(handle)
