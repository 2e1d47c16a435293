"""What tables and features are called in results and sentences."""

from pipeline.toolkit import SampleTable

MOST_NAMED = 10
LONGEST_NAME = 40


def title_of(table: SampleTable, number: int) -> str:
    """Return what the data are called: the person's word, or the number of the dataset."""
    return " ".join(table.label.split()) or f"dataset {number}"


def titles_of(tables: list[SampleTable]) -> list[str]:
    """Return a different title for each table, even when both carry the same label."""
    titles = [title_of(table, number) for number, table in enumerate(tables, 1)]
    return titles if len(set(titles)) == len(titles) else [f"{title} {number}" for number, title in enumerate(titles, 1)]


def count(number: int, noun: str) -> str:
    """Return '1 feature', '2 features'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def named(names: list[str]) -> str:
    """Return the first names and how many more there are."""
    first = ", ".join(name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…" for name in names[:MOST_NAMED])
    return first if len(names) <= MOST_NAMED else f"{first} and {len(names) - MOST_NAMED:,} more"


def distinct_names(chosen: list[list[str]], known: list[list[str]], titles: list[str]) -> tuple[list[str], list[str]]:
    """Return the names of the chosen features of all tables, and what was renamed: a name that two tables use is marked with their titles.

    Args:
        chosen: Names of the features of each table that are compared.
        known: Names of all features of each table.
        titles: What the tables are called, each differently.
    """
    if len(chosen) == 1:
        return list(chosen[0]), []
    both = set(known[0]) & set(known[1])
    taken = {name for names in known for name in names}
    found: list[str] = []
    for names, title in zip(chosen, titles, strict=True):
        for name in names:
            new = name
            while name in both and new in taken:
                new = f"{new} ({title})"
            taken.add(new)
            found.append(new)
    if not both:
        return found, []
    return found, [f"{count(len(both), 'feature name')} in both datasets, such as {min(both)[:80]!r}: marked with the type of the data."]
