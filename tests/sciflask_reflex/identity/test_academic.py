import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sciflask_reflex.db import writing
from sciflask_reflex.identity import institutions
from sciflask_reflex.identity.academic import Institution, domain_in, institution_of, suffixes
from sciflask_reflex.identity.models import AcademicDomain

IMPERIAL = Institution("Imperial College London", "GB", "imperial.ac.uk")
MIT = Institution("Massachusetts Institute of Technology", "US", "mit.edu")


@pytest.mark.parametrize(
    ("email", "institution"),
    [
        ("x@imperial.ac.uk", IMPERIAL),
        ("x@mail.imperial.ac.uk", IMPERIAL),
        ("X@MIT.EDU", MIT),
        ("x@MIT.EDU.", MIT),
        (" x@Mail.Mit.Edu ", MIT),
        ("\uff58@\uff4d\uff49\uff54.edu", MIT),
        ("x@mit\u3002edu", MIT),
        ("x@\u24dcit.edu", MIT),
        ("a+b@cs.mpg.de", Institution("Max Planck Society", "DE", "mpg.de")),
        ("x@unam.mx", Institution("unam.mx", "MX", "unam.mx")),
    ],
)
def test_recognised(small_site, email, institution):
    assert institution_of(email) == institution


@pytest.mark.parametrize(
    "email",
    [
        "", "@", "mit.edu", "x", "@mit.edu", "x@", "x@.", "x@notmit.edu", "x@notox.ac.uk", "x@evilmit.edu", "x@xuni.edu", "x@ox.ac.uk.evil.com",
        "a@b@c", "a@b@mit.edu", "a@mit.edu@evil.com", "x@mit.edu..", "x@.mit.edu", "x@mit..edu", "x@mit.edu\n", "x\n@mit.edu", "x y@mit.edu",
        "x@mit.edu\0", "x\0@mit.edu", "x@\0.mit.edu", "x@ mit.edu", "x@-.mit.edu", "x@mit.edu/evil.com", "x@mit.edu?", "x@mit.edu,y@evil.com",
        "x@[127.0.0.1]", "x@edu", "x@ac.uk", "x@somebody.edu", "x@nobody.ac.uk", "x@gmail.com", "x" * 10_000, "x@" + "a." * 5_000 + "mit.edu",
        "x" * 10_000 + "@mit.edu", "x@\ud800.mit.edu", "\ud800@mit.edu", "x@xn--a.mit.edu\u202e", "x@m\u0456t.edu", "x@\u0660.\u0628", "x@alumni.cuhk.net",
    ],
)  # fmt: skip
def test_not_recognised_and_no_error(small_site, email):
    assert institution_of(email) is None


def refuse(domain, **values):
    with writing() as session:
        session.add(AcademicDomain(domain=domain, **({"allowed": False} | values)))


def test_what_the_admins_wrote_down_comes_first_and_the_longest_domain_counts(site, configure):
    configure(academic_allow="evil.org", academic_refuse="mit.edu")
    refuse("evil.org")
    refuse("mit.edu", allowed=True)
    refuse("alumni.mit.edu")
    refuse("lab.evil.org", allowed=True, institution="The Lab", country="CH")
    assert institution_of("x@evil.org") is None
    assert institution_of("x@mit.edu") == institution_of("x@cs.mit.edu") == MIT
    assert institution_of("x@old.alumni.mit.edu") is None
    assert institution_of("x@a.lab.evil.org") == Institution("The Lab", "CH", "lab.evil.org")
    assert institution_of("x@notlab.evil.org") is None


def test_settings_add_and_refuse(small_site, configure):
    configure(academic_allow=" Research.Example , LAB.gmail.com.,, bad domain", academic_refuse="mit.edu,secret.research.example")
    assert institution_of("x@a.research.example") == Institution("research.example", "", "research.example")
    assert institution_of("x@lab.gmail.com") == Institution("lab.gmail.com", "", "lab.gmail.com")
    for refused in ("x@mit.edu", "x@cs.mit.edu", "x@secret.research.example", "x@gmail.com"):
        assert institution_of(refused) is None
    assert institution_of("x@imperial.ac.uk") == IMPERIAL


def test_a_listed_part_of_a_stopped_domain_can_be_let_in(small_site, configure):
    assert institution_of("x@alumni.cuhk.net") is None
    configure(academic_allow="alumni.cuhk.net")
    assert institution_of("x@alumni.cuhk.net") is not None


def test_the_country_has_a_name(small_site):
    assert IMPERIAL.country_name == "United Kingdom"
    assert Institution("Somewhere", "", "somewhere.org").country_name == ""
    assert Institution("Somewhere", "ZZ", "somewhere.org").country_name == "ZZ"


def lines():
    return [line.split("\t") for line in institutions.LIST.read_text("utf-8").splitlines()[3:] if not line.startswith("+")]


LISTED = {row[0] for row in lines() if row[1] != institutions.REFUSED}
REFUSED = {row[0] for row in lines() if row[1] == institutions.REFUSED}
label = st.text("abcdefghijklmnopqrstuvwxyz0123456789-\u00fc\uff4d", min_size=1, max_size=8)
domains = st.one_of(
    st.sampled_from(sorted(LISTED)),
    st.sampled_from(sorted(REFUSED)),
    st.builds("{}.{}".format, label, st.sampled_from(sorted(LISTED | REFUSED))),
    st.builds("{}{}".format, label, st.sampled_from(sorted(LISTED))),
    st.builds("{}.{}".format, st.sampled_from(sorted(LISTED)), label),
    st.lists(label, min_size=1, max_size=5).map(".".join),
    st.text(max_size=40),
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(local=st.one_of(st.just("x"), st.text(max_size=20)), domain=domains, upper=st.booleans(), dot=st.sampled_from(["", "."]))
def test_accepted_if_and_only_if_a_domain_above_is_listed_and_none_refused(small_site, local, domain, upper, dot):
    email = f"{local}@{domain.upper() if upper else domain}{dot}"
    found = institution_of(email)
    above = suffixes(domain_in(email))
    listed = [each for each in above if each in LISTED]
    assert (found is not None) == (bool(listed) and REFUSED.isdisjoint(above))
    if found:
        assert found.domain == listed[0]
        assert f".{domain_in(email)}".endswith(f".{found.domain}")


def test_nothing_is_loaded_before_somebody_asks_and_workers_never_ask():
    code = (
        "import sys, sciflask_reflex.jobs.actors;"
        "assert not any(name.startswith('sciflask_reflex.identity') for name in sys.modules);"
        "import sciflask_reflex.identity.eligibility;"
        "from sciflask_reflex.identity import institutions;"
        "assert institutions._mapped.cache_info().currsize == 0;"
        "assert 'disposable_email_domains' not in sys.modules and 'zxcvbn' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_list_answers_without_a_database(data_dir):
    assert institution_of("x@mail.imperial.ac.uk").country == "GB"
    assert institution_of("x@notmit.edu") is None
