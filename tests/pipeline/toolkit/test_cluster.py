"""A cluster is lent to what runs inside of a block, and to nobody else."""

import threading
from pathlib import Path

import pytest

from pipeline.toolkit.cluster import Cluster, lending, lent

ONE, OTHER = (Cluster(f"tcp://10.0.0.{number}:8786", Path("/shared")) for number in (1, 2))


def test_nothing_is_lent_to_begin_with():
    assert lent() is None


def test_it_is_lent_for_a_while_and_taken_back():
    with lending(ONE):
        with lending(OTHER):
            assert lent() is OTHER
        assert lent() is ONE
        with lending(None):
            assert lent() is None
    assert lent() is None


def test_it_is_taken_back_after_an_error():
    with pytest.raises(ZeroDivisionError), lending(ONE):
        raise ZeroDivisionError
    assert lent() is None


def test_another_thread_has_none():
    seen = []
    with lending(ONE):
        thread = threading.Thread(target=lambda: seen.append(lent()))
        thread.start()
        thread.join()
    assert seen == [None]
