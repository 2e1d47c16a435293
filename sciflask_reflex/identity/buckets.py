"""How fast somebody may act: token buckets in the memory of one process. They cost no query, hence one on every event."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

MOST_KEYS = 20_000


@dataclass
class _Bucket:
    left: float
    at: float


class Buckets:
    """Many buckets, the least used of which are forgotten."""

    def __init__(self, most_keys: int = MOST_KEYS) -> None:
        self._buckets: OrderedDict[tuple[str, ...], _Bucket] = OrderedDict()
        self._most_keys = most_keys
        self._lock = Lock()

    def take(self, key: tuple[str, ...], per_minute: float, *, people: int = 1) -> bool:
        """Whether one more is allowed: ``per_minute`` in the long run, a quarter of that (at least 20) in a burst, for each of the people."""
        size, now = burst(per_minute) * people, time.monotonic()
        with self._lock:
            bucket = self._buckets.setdefault(key, _Bucket(size, now))
            self._buckets.move_to_end(key)
            while len(self._buckets) > self._most_keys:
                self._buckets.popitem(last=False)
            bucket.left = min(size, bucket.left + (now - bucket.at) * per_minute * people / 60)
            bucket.at = now
            if bucket.left < 1:
                return False
            bucket.left -= 1
            return True


def burst(per_minute: float) -> float:
    """Return how many may come at once."""
    return max(20, per_minute / 4)
