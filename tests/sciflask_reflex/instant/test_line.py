"""Whose turn it is: the newest of each tab, the person with least running, the oldest among equals."""

from types import SimpleNamespace
from typing import Any

import pytest

from sciflask_reflex.errors import TooOften
from sciflask_reflex.instant.line import LONGEST, MOST_OF_ONE, Line, Superseded, Ticket


def wish(key: str) -> Any:
    """Something to be asked for; the line looks at its key alone."""
    return SimpleNamespace(key=key)


def join(line: Line, key: str, seat: str, person: str = "ada", crowd: int = 1) -> Ticket:
    ticket = Ticket(seat, person, crowd)
    line.join(wish(key), ticket)
    return ticket


def started(line: Line) -> list[str]:
    keys = []
    while order := line.start():
        keys.append(order.asked.key)
    return keys


def test_the_newest_wish_of_a_tab_replaces_the_one_that_waits():
    line = Line()
    old, new = join(line, "a", "tab"), join(line, "b", "tab")
    assert isinstance(old.future.exception(0), Superseded)
    assert not new.future.done()
    assert started(line) == ["b"]


def test_what_runs_for_a_tab_is_abandoned_and_the_newer_one_waits_for_its_end():
    line = Line()
    old = join(line, "a", "tab")
    running = line.start()
    assert running
    join(line, "b", "tab")
    assert running.abandoned
    assert isinstance(old.future.exception(0), Superseded)
    assert line.start() is None
    line.finish(running)
    assert started(line) == ["b"]


def test_equal_wishes_are_one_order():
    line = Line()
    first, second = join(line, "a", "one"), join(line, "a", "two", "bob")
    order = line.start()
    assert order
    third = join(line, "a", "three")
    assert line.start() is None
    assert line.finish(order) == [first, second, third]


def test_nobody_joins_what_was_told_to_end():
    line = Line()
    join(line, "a", "one")
    order = line.start()
    assert order
    order.stopped = "time"
    join(line, "a", "two")
    assert line.waiting == 1


def test_whoever_has_least_running_comes_first():
    line = Line()
    for seat in ("1", "2", "3"):
        join(line, f"ada {seat}", seat, "ada")
    join(line, "bob", "4", "bob")
    assert started(line) == ["ada 1", "bob", "ada 2", "ada 3"]


def test_one_person_may_not_fill_the_line_and_all_together_neither():
    line = Line()
    for seat in range(MOST_OF_ONE):
        join(line, f"a{seat}", str(seat))
    with pytest.raises(TooOften):
        join(line, "more", "more")
    for number in range(LONGEST - MOST_OF_ONE):
        join(line, f"b{number}", f"b{number}", f"person {number}")
    with pytest.raises(TooOften):
        join(line, "last", "last", "somebody else")


def test_a_network_may_wait_as_often_as_its_people():
    line = Line()
    for seat in range(MOST_OF_ONE * 3):
        join(line, f"a{seat}", str(seat), "192.0.2.0/24", crowd=3)
    with pytest.raises(TooOften):
        join(line, "more", "more", "192.0.2.0/24", crowd=3)


def test_whoever_leaves_is_not_waited_for():
    line = Line()
    gone, stays = join(line, "a", "one"), join(line, "b", "two")
    line.leave(gone)
    assert started(line) == ["b"]
    assert not stays.future.done()


def test_what_is_put_back_comes_first_unless_nobody_waits():
    line = Line()
    join(line, "a", "one", "ada")
    order = line.start()
    join(line, "b", "two", "bob")
    assert order
    line.put_back(order)
    assert (started(line), order.tries) == (["a", "b"], 2)
    alone = Line()
    ticket = join(alone, "a", "one")
    order = alone.start()
    assert order
    alone.leave(ticket)
    alone.put_back(order)
    assert alone.waiting == 0


def test_all_are_told_at_the_end():
    line = Line()
    tickets = [join(line, "a", "one"), join(line, "b", "two")]
    line.start()
    assert set(line.empty()) == set(tickets)
    assert (line.waiting, line.running) == (0, [])


def test_an_order_that_somebody_has_joined_is_not_given_up():
    line = Line()
    join(line, "a", "tab")
    order = line.start()
    assert order
    join(line, "b", "tab")
    late = join(line, "a", "another tab")
    assert not line.give_up_on(order)
    assert not order.stopped
    line.leave(late)
    assert line.give_up_on(order)
    join(line, "a", "a third tab")
    assert not order.tickets, "whoever comes after the end was decided gets an order of their own"
