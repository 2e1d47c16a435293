"""The list of institutions that ships with the package: a sorted text file, searched by halving.

Nothing is loaded: the file is mapped into memory when it is first asked, its pages are shared by all processes, and a look-up
reads some fifteen lines. A worker never asks.
"""

import mmap
from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("institutions.tsv")
REFUSED = "-"
"""Stands in place of the country of a domain that is never accepted."""


def entry(domain: str) -> tuple[str, str] | None:
    """Return (country, name) of a domain of the list, exactly; either may be empty. The country of a refused domain is ``REFUSED``."""
    found = find(_mapped(), domain)
    if found is None:
        return None
    country, _, name = found.partition("\t")
    return country, name


def country_name(code: str) -> str:
    """Return the name of a country by its ISO code, or the code if nobody knows it."""
    return find(_mapped(), f"+{code}") or code


def find(lines: mmap.mmap | bytes, key: str) -> str | None:
    """Return what stands behind ``key`` and a tab in sorted lines, or None."""
    wanted = key.encode("utf-8", "surrogatepass")
    low, high = 0, len(lines)
    while low < high:
        start = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = lines.find(b"\n", start)
        end = len(lines) if end < 0 else end
        here, _, rest = lines[start:end].partition(b"\t")
        if here == wanted and rest:
            return rest.decode()
        if here < wanted:
            low = end + 1
        else:
            high = start
    return None


@cache
def _mapped() -> mmap.mmap:
    with LIST.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
