"""What an analysis on several machines costs, on paper: time, memory, disk and network from a few costs that one machine can measure."""

from dataclasses import asdict, dataclass

SIDE = 256
USUAL = 200
SAMPLED = 8
"""One of so many features is looked at before all are."""
BINS = 2**17


@dataclass(frozen=True)
class Costs:
    """What one core takes, in units of what it takes for a pair of features on ``USUAL`` samples: then it matters little how fast it is.

    Attributes:
        product: For each product of two numbers.
        pair: For each pair of features beside its products.
        found: For each pair that survives, on the worker that finds it.
        sorted: For each pair that survives, on the machine that puts all in order.
        task: For each task.
        fixed: For connecting, asking and letting go.
        byte: For each byte of the rows that is written and read.
    """

    product: float
    pair: float
    found: float
    sorted: float
    task: float
    fixed: float
    byte: float

    def times(self, unit: float) -> "Costs":
        """Return the costs in seconds, where a unit takes so many."""
        return Costs(**{name: cost * unit for name, cost in asdict(self).items()})


@dataclass(frozen=True)
class Said:
    """What the model says of one analysis.

    Attributes:
        seconds: From rows to pairs in order.
        worker_mib: Memory of a worker thread beside the interpreter and the mapped rows.
        rows_mib: Size of the rows, mapped by every machine.
        site_mib: Memory of the machine that puts the pairs in order, beside the table.
        disk_mib: The shared folder at its fullest.
        wire_mib: What travels between machines: rows to each, pairs back.
        scheduler_mib: What of it passes the scheduler.
    """

    seconds: float
    worker_mib: float
    rows_mib: float
    site_mib: float
    disk_mib: float
    wire_mib: float
    scheduler_mib: float


def tasks_of(features: int, workers: int) -> int:
    """Return how many tasks a pass has."""
    along = -(-features // SIDE)
    tiles = along * (along + 1) // 2
    return max(1, min(tiles, max(4 * workers, min(tiles // 400, 16 * workers))))


def said(
    features: int, samples: int, workers: int, share: float, costs: Costs, *, passes: int = 1, cores: int = 2, machines: int = 1
) -> Said:
    """Return what the model says.

    Args:
        features: How many.
        samples: How many.
        workers: Threads of all workers.
        share: Of the pairs, how many survive.
        costs: Of one core, in seconds.
        passes: One where the guess holds, else two.
        cores: Of the machine that puts the pairs in order.
        machines: How many run workers.
    """
    pairs, tasks = features * (features - 1) / 2, tasks_of(features, workers)
    survivors, rows = pairs * share, 4.0 * features * samples
    each = samples * costs.product + costs.pair
    sample = pairs / SAMPLED**2 * each / cores
    waves = -(-tasks // workers) / (tasks / workers)  # the last wave may leave some idle
    work = (passes * pairs * each + survivors * costs.found) / workers * waves
    seconds = costs.fixed + rows * costs.byte + sample + work + passes * tasks * costs.task + survivors * costs.sorted / cores
    mib = 2**20
    wide = 12 if features <= 2**16 else 16
    portion = max(2**19, survivors / 256) * 8 * 4 * cores
    bundles = survivors * 8 / tasks / (32 * mib) + 1
    told = tasks * (passes * 4 * BINS * (passes > 1) + bundles * 256 * 8 + 2_000)
    return Said(
        seconds=seconds,
        worker_mib=(14 * mib + min(32 * mib, survivors * 8 / tasks)) / mib,
        rows_mib=rows / mib,
        site_mib=(rows / SAMPLED + portion) / mib,
        disk_mib=(rows + survivors * (8 + wide)) / mib,
        wire_mib=(machines * rows + 2 * 8 * survivors + told) / mib,
        scheduler_mib=told / mib,
    )
