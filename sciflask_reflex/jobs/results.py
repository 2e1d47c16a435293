"""Keep the result of an attempt: checked, renamed once, then committed. Whoever sees DONE finds the whole result."""

import json
import re
from pathlib import Path
from typing import Any

from sciflask_reflex import storage
from sciflask_reflex.jobs import causes, runs
from sciflask_reflex.jobs.causes import Cause
from sciflask_reflex.jobs.runs import Claim

MANIFEST = "manifest.json"
OF_ATTEMPT = re.compile(r"\.?(\d+)(\.tmp|\.scratch)?")


def _read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest, if every file it names is there in full and nothing else is; one that is made on demand is not there."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    expected = {str(file["name"]): int(file["bytes"]) for file in manifest["files"] if not file.get("made")}
    found = {path.name: path.stat().st_size for path in folder.iterdir()}
    found.setdefault(MANIFEST, 0)
    expected.setdefault(MANIFEST, found[MANIFEST])
    if found != expected:
        message = f"files {sorted(found.items() ^ expected.items())} do not agree with the manifest"
        raise ValueError(message)
    return manifest


def discard_attempts(analysis_id: str, last: int) -> None:
    """Take away all that attempts up to this one left behind."""
    for path in sorted(storage.analysis_folder(analysis_id).glob("*")):
        if (found := OF_ATTEMPT.fullmatch(path.name)) and int(found[1]) <= last:
            storage.discard(path)


def keep(claim: Claim) -> bool:
    """Move the draft to its place and commit. False: the attempt is no longer ours, and its result is gone again."""
    draft, final = storage.result_draft(claim.analysis_id, claim.attempt), storage.result_folder(claim.analysis_id, claim.attempt)
    if draft.exists():
        try:
            _read_manifest(draft)
        except (ValueError, KeyError, TypeError, OSError) as error:
            return runs.fail(claim, Cause.INTERNAL, causes.INTERNAL, f"The result is incomplete: {error}")
        storage.sync_folder(draft)
        draft.rename(final)
        storage.sync_folder(final.parent)
    if runs.commit(claim, _read_manifest(final)):
        return True
    storage.discard(final)
    return False
