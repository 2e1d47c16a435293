"""What a job child is told: stored files that were checked again, parameters, and where to put the result."""

import hashlib
import json
from pathlib import Path

from sqlmodel import col, select

from sciflask_reflex import storage
from sciflask_reflex.db import reading
from sciflask_reflex.jobs.runs import Claim
from sciflask_reflex.models import StudyInput
from sciflask_reflex.settings import settings

SEED = 0
"""The same data and parameters give the same numbers, whoever asks and however often."""


class InputDamaged(Exception):
    """Raised when a stored file is not what it was when it arrived."""


def _is_sound(path: Path, given: StudyInput) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == given.sha256
    except OSError:
        return False


def _cluster(claim: Claim) -> dict[str, str | None] | None:
    """Return the machines that the tool may use beside its own, if the site has any."""
    site = settings()
    if not site.dask_address:
        return None
    return {
        "address": site.dask_address,
        "folder": str(storage.result_spread(claim.analysis_id, claim.attempt)),
        "tls": site.dask_tls or None,
    }


def write_order(claim: Claim, folder: Path) -> bytes:
    """Return the order of an attempt as one line of JSON.

    Raises:
        InputDamaged: If an input file is missing or its SHA-256 has changed.
    """
    with reading() as session:
        query = select(StudyInput).where(StudyInput.study_id == claim.study_id).order_by(StudyInput.slot, col(StudyInput.position))
        inputs = session.exec(query).all()
    paths = {given.place: storage.study_input(claim.study_id, given.place) for given in inputs}
    damaged = [given.filename for given in inputs if not _is_sound(paths[given.place], given)]
    if damaged or not inputs:
        message = f"Not as they arrived: {', '.join(damaged) or 'all files'}"
        raise InputDamaged(message)
    order = {
        "tool": claim.tool,
        "inputs": {place: str(path) for place, path in paths.items()},
        "labels": {given.slot: given.label for given in inputs},
        "filenames": {given.place: given.filename for given in inputs},
        "parameters": claim.parameters,
        "folder": str(folder),
        "seed": SEED,
        "cluster": _cluster(claim),
    }
    return json.dumps(order).encode() + b"\n"
