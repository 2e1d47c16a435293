"""How a running tool says where it stands."""

from collections.abc import Callable

Listener = Callable[[str, float, str], None]
WRITING = 0.1
"""The part of a run that writing its result is said to take, unless the tool says otherwise."""


class Progress:
    """Reports stage, fraction and log lines; a bare ``Progress()`` reports to nobody."""

    def __init__(self, listener: Listener | None = None) -> None:
        self._listener = listener
        self.stage = ""
        self.fraction = 0.0
        self.writing = WRITING
        """Which part of the whole run writing the result will take: a tool that knows better sets it, and reports 0 to 1 all the same."""

    def __call__(self, stage: str, fraction: float) -> None:
        """Say what is being done now, and which part of the whole (0 to 1) lies behind; the fraction never falls."""
        self.stage, self.fraction = stage, min(max(float(fraction), self.fraction), 1.0)
        self._tell("")

    def log(self, line: str) -> None:
        """Add a line to the log that the person can read while the tool runs."""
        self._tell(line)

    def span(self, start: float, stop: float) -> "Progress":
        """Return a reporter for one part of the work: its 0 to 1 is start to stop of this one."""

        def pass_on(stage: str, fraction: float, line: str) -> None:
            if line:
                self.log(line)
            else:
                self(stage, start + (stop - start) * fraction)

        return Progress(pass_on)

    def _tell(self, line: str) -> None:
        if self._listener is not None:
            self._listener(self.stage, self.fraction, line)
