"""Everything of a live result in one zip, made when somebody asks for it and kept beside the result."""

import zipfile
from pathlib import Path
from uuid import uuid4

from pipeline.toolkit.result import MANIFEST
from sciflask_reflex.instant import shelf

ARCHIVE = ".all.zip"
NO_DATE = (1980, 1, 1, 0, 0, 0)
"""The same result gives the same archive."""


def archive_of(slug: str, key: str) -> Path:
    """Return the archive of a result.

    Raises:
        NotFound: If the result is not there, any more or at all.
    """
    folder = shelf.file_of(slug, key, MANIFEST).parent
    place = folder / ARCHIVE
    if not place.exists():
        draft = folder / f".{uuid4().hex}.zip"
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for path in sorted(folder.iterdir()):
                if not path.name.startswith("."):
                    entry = zipfile.ZipInfo(f"{slug}/{path.name}", NO_DATE)
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(entry, path.read_bytes())
        draft.replace(place)
    return place
