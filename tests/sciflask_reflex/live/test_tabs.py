import pytest

from sciflask_reflex.live import tabs


@pytest.fixture(autouse=True)
def _nobody():
    tabs._followers.clear()
    yield
    tabs._followers.clear()


def test_a_tab_follows_one_owner_at_a_time():
    tabs.follow("t1", "ada")
    tabs.follow("t2", "ada")
    tabs.follow("t1", "eve")
    assert (tabs.of_owner("ada"), tabs.of_owner("eve"), tabs.owners()) == (["t2"], ["t1"], {"ada", "eve"})
    tabs.follow("t1", "")
    tabs.forget("t2")
    tabs.forget("t2")
    assert tabs.owners() == set()


def test_tabs_of_nobody_are_never_found():
    tabs.follow("t1", "")
    assert tabs.of_owner("") == []


def test_tabs_that_never_said_goodbye_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(tabs, "MOST", 3)
    for number in range(5):
        tabs.follow("faithful", "ada")
        tabs.follow(f"t{number}", "eve")
    assert tabs.of_owner("ada") == ["faithful"]
    assert tabs.of_owner("eve") == ["t3", "t4"]
