"""Between a link and a wish: which values an address holds, what was wrong with them, and the address that holds a wish."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pipeline.toolkit import Parameter, ParameterError, Tool
from pipeline.toolkit.described import described
from sciflask_reflex.instant.asked import LARGEST_SEED, Asked, ask

SEED = Parameter(
    name="seed",
    kind="integer",
    title="Seed",
    help="Where random numbers begin. The same seed gives the same result.",
    default=0,
    ge=0,
    le=LARGEST_SEED,
)
"""What the site adds to the parameters of a tool that draws random numbers."""
MOST_EXPLAINED = 10
INSTEAD = "The default is used instead."
LEFT_OUT = "It is left out."
DEFAULTS = "The defaults are used instead."


@dataclass(frozen=True)
class Opening:
    """What a page begins with, and a sentence for each value of its address that cannot be accepted."""

    asked: Asked
    explained: tuple[str, ...] = ()


def opening(tool: Tool, given: Mapping[str, Any]) -> Opening:
    """Return the wish that an address holds. What cannot be accepted is replaced by its default, and explained."""
    values, faults = dict(given), {}
    known = {parameter.name for parameter in described(tool).parameters} | {SEED.name}
    while True:
        try:
            found = list(faults.items())[:MOST_EXPLAINED]
            return Opening(wish(tool, values), tuple(_explained(known, name, sentence) for name, sentence in found))
        except ParameterError as error:
            faults |= error.fields
            kept = {name: value for name, value in values.items() if name not in error.fields}
            values = kept if len(kept) < len(values) else {}


def _explained(known: Collection[str], name: str, sentence: str) -> str:
    """Add what was done about it; a name that means nothing has no default."""
    return f"{sentence} {INSTEAD if name in known else DEFAULTS if not name else LEFT_OUT}"


def wish(tool: Tool, given: Mapping[str, Any]) -> Asked:
    """Return the wish for these values; the seed stands among them.

    Raises:
        ParameterError: If one cannot be accepted.
    """
    seeded = {SEED.name} if tool.wants_seed else set()
    parameters = {name: value for name, value in given.items() if name not in seeded}
    return ask(tool, parameters, given.get(SEED.name, SEED.default) if seeded else SEED.default)


def texts(asked: Asked) -> dict[str, Any]:
    """Return the values of a wish by name, the seed among them where the tool wants one."""
    return dict(asked.parameters) | ({SEED.name: asked.seed} if asked.tool.wants_seed else {})


def link_of(asked: Asked) -> str:
    """Return the query of an address that holds a wish: every parameter that counts, so that it means the same when defaults change."""
    parameters = (*described(asked.tool).parameters, *((SEED,) if asked.tool.wants_seed else ()))
    values = texts(asked)
    return urlencode({p.name: p.as_text(values[p.name]) for p in parameters if p.counts(asked.parameters)})
