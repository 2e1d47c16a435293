"""The rule across tables: enough samples must stand in all of them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.toolkit.findings import Finding, error, note, warning
from pipeline.toolkit.tables.labels import folded
from pipeline.toolkit.tables.wording import names, plural

if TYPE_CHECKING:
    from pipeline.toolkit.inputs import Limits

SPELLING = "Ids are compared letter by letter: write them alike in all files."


def shared_samples_findings(inputs: Mapping[str, Any], limits: "Limits") -> list[Finding]:
    """Check that sample tables share enough samples; ``inputs`` are ``SampleTable`` by slot, and a tool may pass this as its ``check``."""
    return shared_ids_findings(
        {slot: list(table.frame.index) for slot, table in inputs.items() if table is not None}, limits.min_shared_samples
    )


def shared_ids(ids: Mapping[str, Sequence[str]]) -> int:
    """Count the ids that stand in every table."""
    return len(set.intersection(*(set(some) for some in ids.values()))) if ids else 0


def shared_ids_findings(ids: Mapping[str, Sequence[str]], least: int, titles: Mapping[str, str] | None = None) -> list[Finding]:
    """Return what there is to say about the samples that tables share: ids by slot, titles by slot for the sentences."""
    if len(ids) < 2:
        return []
    common = set.intersection(*(set(some) for some in ids.values()))
    titles = {slot: (titles or {}).get(slot, slot) for slot in ids}
    alone = {slot: [name for name in some if name not in common] for slot, some in ids.items()}
    hint, more = _spelling(ids, common)
    if len(common) < least:
        counts = " and ".join(f"{titles[slot]} has {len(some):,}" for slot, some in ids.items())
        message = f"The tables share {plural(len(common), 'sample')}; at least {least:,} are needed. {counts}. {_examples(alone, titles)}"
        return [error(message.strip(), hint or "Check that the first columns hold the same kind of id for the same samples.")]
    found = [warning(f"{plural(more, 'more sample')} would match but for the spelling of the ids.", hint)] if hint else []
    if any(alone.values()):
        counts = " and ".join(f"{len(some):,} of {titles[slot]}" for slot, some in alone.items())
        found.append(
            note(
                f"{plural(len(common), 'sample')} {'is' if len(common) == 1 else 'are'} shared; {counts} are in one table only and are left out of comparisons between them."
            )
        )
    return found


def _examples(alone: Mapping[str, Sequence[str]], titles: Mapping[str, str]) -> str:
    return " ".join(f"Only in {titles[slot]}: {names(some)}." for slot, some in alone.items() if some)


def _spelling(ids: Mapping[str, Sequence[str]], common: set[str]) -> tuple[str, int]:
    """Return a hint with one example, and the number of samples that would be shared too if case and blanks did not count."""
    spellings = {slot: {folded(name): name for name in some if name not in common} for slot, some in ids.items()}
    first, *others = spellings.values()
    alike = [key for key in first if key and all(key in other for other in others)]
    if not alike:
        return "", 0
    pair = names([other[alike[0]] for other in spellings.values()])
    return f"{plural(len(alike), 'id')} would match if case and blanks did not count, such as {pair}. {SPELLING}", len(alike)
