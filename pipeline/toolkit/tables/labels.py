"""The names in a table, of samples and of features: empty, twice, or alike but for case and blanks. Names are text and stay as they are."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from pipeline.toolkit.findings import Finding, error, warning
from pipeline.toolkit.tables.wording import listed, names, plural, quoted

LONGEST = 200
"""Characters of a sample id or feature name."""


def folded(name: str) -> str:
    """Return a name as a careless typist would: without case, blanks, and variants of the same character."""
    return "".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


def lookalikes(labels: Iterable[str]) -> list[list[str]]:
    """Return the groups of different names that are the same once folded."""
    groups: dict[str, list[str]] = defaultdict(list)
    for label in dict.fromkeys(labels):
        groups[folded(label)].append(label)
    return [group for key, group in groups.items() if len(group) > 1 and key]


def _alike(labels: Sequence[str], what: str) -> list[Finding]:
    cure = f"If they mean the same {what}, write them alike. Names are compared letter by letter."
    found = [warning(f"These {what}s differ only in case or blanks: {names(group)}.", cure) for group in lookalikes(labels)]
    return listed(found, lambda rest: warning(f"{plural(rest, 'more group')} of {what}s that differ only in case or blanks.", cure))


def _padded(labels: Sequence[str], what: str) -> list[Finding]:
    padded = [label for label in labels if label != label.strip() and label.strip()]
    if not padded:
        return []
    message = f"{plural(len(padded), what)} {'begins or ends' if len(padded) == 1 else 'begin or end'} with a blank: {names(padded)}."
    return [warning(message, "Blanks are kept as part of the name. Remove them if they are there by mistake.")]


def sample_findings(ids: Sequence[str], rows: Sequence[int], unit: str = "Line") -> list[Finding]:
    """Return what is wrong with the sample ids; ``rows`` are the numbers of their lines, or of what ``unit`` says."""
    line = unit.lower()
    first: dict[str, int] = {}
    empty, twice, long = [], [], []
    for row, name in zip(rows, ids, strict=True):
        if not name.strip():
            empty.append(
                error(f"{unit} {row} has no sample id.", f"Give the sample an id in the first column, or remove the {line}.", row=row)
            )
        elif name in first:
            message = f"Sample id {quoted(name)} on {line} {row} stands on {line} {first[name]} already."
            twice.append(error(message, f"Give each sample its own id, or merge the {line}s.", row=row))
        else:
            first[name] = row
        if len(name) > LONGEST:
            message = f"The sample id on {line} {row} has {len(name):,} characters; at most {LONGEST} are accepted."
            long.append(error(message, "Shorten it.", row=row))
    return [
        *listed(empty, lambda rest: error(f"{plural(rest, f'more {line}')} without a sample id.", "Give each sample an id.")),
        *listed(
            twice,
            lambda rest: error(f"{plural(rest, f'more {line}')} with a sample id that is used already.", "Give each sample its own id."),
        ),
        *listed(long, lambda rest: error(f"{plural(rest, 'more sample id')} longer than {LONGEST} characters.", "Shorten them.")),
        *_alike([name for name in first if name], "sample id"),
        *_padded(list(first), "sample id"),
    ]


def feature_findings(features: Sequence[str], header_row: int | None) -> list[Finding]:
    """Return what is wrong with the feature names; columns without a name are called by their number in the file."""
    counts = Counter(features)
    places: dict[str, list[int]] = defaultdict(list)
    empty, long = [], []
    for number, name in enumerate(features, start=2):
        if not name.strip():
            cure = "Give it a name in the first line, or remove the column; perhaps a delimiter at the end of the line is too many."
            empty.append(error(f"Column {number} has no name.", cure, row=header_row, column=str(number)))
        elif counts[name] > 1:
            places[name].append(number)
        if len(name) > LONGEST:
            message = f"The name of column {number} has {len(name):,} characters; at most {LONGEST} are accepted."
            long.append(error(message, "Shorten it.", row=header_row, column=str(number)))
    twice = [
        error(f"{plural(len(at), 'column')} are called {quoted(name)} (numbers {', '.join(map(str, at[:5]))}{', …' if len(at) > 5 else ''}).",
              "Give each feature its own name.", row=header_row, column=name)
        for name, at in places.items()
    ]  # fmt: skip
    return [
        *listed(empty, lambda rest: error(f"{plural(rest, 'more column')} without a name.", "Give each column a name.", row=header_row)),
        *listed(
            twice,
            lambda rest: error(f"{plural(rest, 'more name')} used for several columns.", "Give each feature its own name.", row=header_row),
        ),
        *listed(
            long, lambda rest: error(f"{plural(rest, 'more name')} longer than {LONGEST} characters.", "Shorten them.", row=header_row)
        ),
        *_alike([name for name in counts if name.strip()], "feature name"),
        *_padded(list(counts), "feature name"),
    ]
