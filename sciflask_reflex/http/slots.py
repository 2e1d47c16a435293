"""How many may do something at once, in this process: all together and each."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sciflask_reflex.errors import TooOften
from sciflask_reflex.identity.limits import network_of


class Slots:
    """A number of places. Whoever finds none is told to come back; nobody waits."""

    def __init__(self, total: int, each: int, sentence: str) -> None:
        self.total = total
        self.each = each
        self.sentence = sentence
        self._taken: Counter[str] = Counter()
        self._lock = Lock()

    @property
    def taken(self) -> int:
        """How many places are taken now."""
        return self._taken.total()

    def check(self, key: str) -> None:
        """Raise TooOften if there is no place left, for all or for this key."""
        if self.taken >= self.total or self._taken[key] >= self.each:
            raise TooOften(self.sentence, retry_after_s=5)

    @contextmanager
    def take(self, key: str) -> Iterator[None]:
        """Hold one place for ``key``.

        Raises:
            TooOften: If there is none left, for all or for this key.
        """
        with self._lock:  # threads take places, too
            self.check(key)
            self._taken[key] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[key] -= 1
                if not self._taken[key]:
                    del self._taken[key]


FULL = "Too many uploads are running at once. Wait until one of them has ended, then try again."
UPLOADS = Slots(total=64, each=6, sentence=FULL)
"""Six each: as many as a browser opens to one site, so that a form with several files is filled as fast as somebody chooses them."""
NETWORKS = Slots(total=64, each=24, sentence=FULL)
"""Guests cost nothing to make, so that those behind one address must not take every place."""
SENDING = "Several tables are being sent to you already. Wait until one of them is here, then try again."
TABLES = Slots(total=16, each=3, sentence=SENDING)
"""Tables made while they are sent cost computing time for as long as somebody takes them."""
TABLE_NETWORKS = Slots(total=16, each=8, sentence=SENDING)
"""Guests cost nothing to make here, too."""
SOCKETS = Slots(total=5_000, each=60, sentence="Too many windows are open at this address. Close some of them.")


@contextmanager
def place_for_upload(who: str, ip: str) -> Iterator[None]:
    """Hold one place for an upload.

    Raises:
        TooOften: If there is none left, for all, for this person or for their network.
    """
    with UPLOADS.take(who), NETWORKS.take(network_of(ip)):
        yield


@contextmanager
def place_for_table(who: str, ip: str) -> Iterator[None]:
    """Hold one place for a table that is made while it is sent.

    Raises:
        TooOften: If there is none left, for all, for this person or for their network.
    """
    with TABLES.take(who), TABLE_NETWORKS.take(network_of(ip)):
        yield
