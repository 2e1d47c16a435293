"""Room on disk: what the files of an attempt may take, and what has to stay free for everybody else."""

import shutil
from pathlib import Path

from sciflask_reflex.settings import MIB, settings

SMALL_BYTES = 256 * MIB
"""An attempt that has written less is not what fills a disk."""
LEFT_FREE_BYTES = 512 * MIB
"""The database may lie on the same disk: a job ends before it takes the last of it."""


def shortage(folders: tuple[Path, ...]) -> str:
    """Say why an attempt with these folders, on whatever disks, must not write more; nothing while it may."""
    written = bytes_in(folders)
    if written > settings().job_output_mib * MIB:
        return "the files of the attempt were larger than allowed in all"
    if written > SMALL_BYTES and any(shutil.disk_usage(folder).free < LEFT_FREE_BYTES for folder in folders if folder.is_dir()):
        return f"the files of the attempt, {written // MIB} MiB, left less than {LEFT_FREE_BYTES // MIB} MiB free on the disk"
    return ""


def bytes_in(folders: tuple[Path, ...]) -> int:
    """Return what the files below some folders take."""
    total = 0
    for folder in folders:
        for path in folder.rglob("*"):
            try:
                total += path.lstat().st_size
            except OSError:
                continue  # it went meanwhile
    return total
