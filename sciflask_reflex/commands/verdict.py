"""What `sciflask doctor` has to say of one thing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """Whether something is as it should be, what it is, and how to mend it if not."""

    ok: bool
    says: str
    mend: str = ""

    @classmethod
    def fine(cls, says: str) -> "Verdict":
        """Return a verdict without a problem."""
        return cls(ok=True, says=says)

    @property
    def cure(self) -> str:
        """What to do; empty when nothing has to be done."""
        return "" if self.ok else self.mend
