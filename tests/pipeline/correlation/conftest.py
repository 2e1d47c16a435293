"""All pairs that the engine lists, in memory."""

import tempfile
from pathlib import Path

import pytest

from pipeline.correlation.engine import find_pairs


@pytest.fixture(scope="session")
def pairs_of():
    """Give the significant pairs of rows as one page."""

    def find(rows, correction, alpha, **options):
        with tempfile.TemporaryDirectory() as folder:
            store = find_pairs(rows, Path(folder), correction=correction, alpha=alpha, **options)
            return store.page(0, len(store))

    return find
