"""Results of live tools, kept for a while so that equal wishes are computed once. They depend on their parameters alone."""

import json
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from pipeline import tools
from pipeline.toolkit import StoredRows
from pipeline.toolkit.result import MANIFEST
from sciflask_reflex import storage
from sciflask_reflex.analyses.stored_tables import Stored, rows_of
from sciflask_reflex.errors import NotFound
from sciflask_reflex.instant.asked import Asked, version_of
from sciflask_reflex.settings import MIB, settings

OLD_DRAFT_SECONDS = 3_600
FULL, AFTERWARDS = 1.0, 0.75
"""How full the shelf may be, and how full it is when it has been swept."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Computed:
    """A result: the wish, and the manifest that its computation wrote."""

    asked: Asked
    manifest: dict[str, Any]


def find(asked: Asked) -> Computed | None:
    """Return the result of a wish that was computed before, if it is still here."""
    folder = storage.live_result(asked.tool.slug, version_of(asked.tool), asked.key)
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        os.utime(folder)  # what is looked at stays longest; a folder that is swept just now is not made anew, as touch() would
    except FileNotFoundError:
        return None
    return Computed(asked, manifest)


def file_of(slug: str, key: str, name: str) -> Path:
    """Return where a file of a result is.

    Raises:
        NotFound: If it is not there, any more or at all.
    """
    tool = tools().get(slug)
    if tool is None or not tool.live:
        raise NotFound("file")
    try:
        path = storage.live_file(slug, version_of(tool), key, name)
    except ValueError:
        raise NotFound("file") from None
    if not path.is_file():
        raise NotFound("file")
    return path


def rows_behind(slug: str, key: str, name: str) -> StoredRows | None:
    """Return the stored rows whose CSV a file of a result is; None when it is no such file.

    Raises:
        NotFound: If the result is not there, any more or at all.
    """
    manifest = json.loads(file_of(slug, key, MANIFEST).read_text("utf-8"))
    output = next((item for item in manifest.get("outputs", []) if item.get("reader") and name == f"{item['name']}.csv"), None)
    if output is None:
        return None
    packed = next(other for other in output["files"] if other != name)
    return rows_of(Stored(slug, output["reader"], file_of(slug, key, packed), output["name"]))


def keep(asked: Asked, draft: Path) -> Computed:
    """Put a finished result on the shelf by one rename, and return it. Whoever finds it finds it whole."""
    manifest = json.loads((draft / MANIFEST).read_text("utf-8"))
    place = storage.live_result(asked.tool.slug, version_of(asked.tool), asked.key)
    size = size_of(draft)
    try:
        draft.rename(place)
    except OSError:
        if not place.is_dir():  # else another process of the site was faster, with the same result
            raise
    _room.count(size)
    return Computed(asked, manifest)


class _Room:
    """Counts what was put on the shelf since it was last swept."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._new = 0

    def count(self, size: int) -> None:
        """Note another result; sweep when there are many new ones."""
        with self._lock:
            self._new += size
            if self._new < settings().live_cache_mib * MIB / 8:
                return
            self._new = 0
        sweep()


_room = _Room()


def tidy() -> None:
    """Take away what no version of a tool will ask for again, drafts that nobody makes any more, and what is too much."""
    known = {tool.slug: version_of(tool) for tool in tools().values() if tool.live}
    for folder in _folders(storage.live_folder()):
        for version in _folders(folder):
            if known.get(folder.name) != version.name:
                storage.discard(version)
    for draft in _folders(storage.live_folder().parent / "drafts"):
        if _age(draft) > OLD_DRAFT_SECONDS:
            storage.discard(draft)
    sweep()


def sweep() -> int:
    """Discard the results that were not looked at for longest until the rest fits; return how many that were."""
    most = settings().live_cache_mib * MIB
    found = [
        (_age(place), size_of(place), place) for slug in _folders(storage.live_folder()) for v in _folders(slug) for place in _folders(v)
    ]
    total, gone = sum(size for _, size, _ in found), 0
    if total <= most * FULL:
        return 0
    for _, size, place in sorted(found, key=lambda one: one[0], reverse=True):
        if total <= most * AFTERWARDS:
            break
        storage.discard(place)  # in one step: whoever finds a result finds it whole
        total, gone = total - size, gone + 1
    log.info("%d results of live tools made room for others", gone)
    return gone


def size_of(folder: Path) -> int:
    """Return how many bytes the files of a folder hold."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except FileNotFoundError:
            continue  # another process swept it
    return total


def _folders(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else ()


def _age(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0
