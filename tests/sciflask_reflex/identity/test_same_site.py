import pytest

from sciflask_reflex.identity.same_site import same_site, sign_in_path

FOREIGN = [
    "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil", "https://evil.example", "javascript:alert(1)", "evil.example", "/a\nb", "/a\0", "/\t/evil.example",
    " /a", "///evil.example", "/login", "/login?next=/x", "/auth/logout", "/register", "", None, 7, "/" + "x" * 600, "/\u2028", "/a b", "http:///x",
    "/.//evil.example", "/%2e//evil.example", "/profile/..//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("path", FOREIGN)
def test_whatever_may_lead_elsewhere_leads_to_the_profile(path):
    assert same_site(path) == "/profile"
    assert sign_in_path(path) == "/login"


@pytest.mark.parametrize("path", ["/upload", "/analyses/0af3?tab=results", "/help#formats", "/studies/1/analyse", "/loginfo"])
def test_paths_of_this_site_stay(path):
    assert same_site(path) == path
    assert sign_in_path(path).startswith("/login?next=/")
