"""What installed packages add to the site by their entry points, without loading any of it."""

from collections.abc import Iterator
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

FEATURES = "sciflask.features"
"""The group of entry points that name features."""
SHOWN = frozenset({".py", ".js", ".jsx", ".css", ".svg", ".png", ".csv", ".txt", ".md"})
"""Endings of files that pages may follow from."""


def features() -> list[str]:
    """Return what the entry points of features name, as in ``lab_pages:feature``, in order."""
    return sorted(point.value for point in entry_points(group=FEATURES))


def sources() -> Iterator[tuple[str, Path]]:
    """Yield the name and path of every file that added pages may follow from."""
    for package in sorted({target.partition(":")[0].partition(".")[0] for target in features()}):
        spec = find_spec(package)
        folders = list(spec.submodule_search_locations or ()) if spec else []
        for folder in map(Path, folders):
            yield from (
                (f"{package}/{path.relative_to(folder)}", path)
                for path in sorted(folder.rglob("*"))
                if path.suffix in SHOWN and path.is_file()
            )
        if spec and spec.origin and not folders:
            yield package, Path(spec.origin)
