"""``sciflask tools check``: do the tools keep to the contract? Each is tried on its own examples."""

from collections.abc import Sequence

import typer

from pipeline import tools
from pipeline.toolkit.contract import faults_of

HOLDS, BROKEN, MISUSED = 0, 1, 2


def check_tools(slugs: Sequence[str]) -> int:
    """Check the tools with these slugs or names of folders, or all; say what does not hold and what to do. Return the exit code."""
    known = tools()
    slugs = [name if name in known else name.replace("_", "-") for name in slugs]
    if unknown := [slug for slug in slugs if slug not in known]:
        typer.echo(f"There is no tool called {', '.join(unknown)}. There are: {', '.join(sorted(known))}.", err=True)
        return MISUSED
    code = HOLDS
    for slug in slugs or sorted(known):
        count = 0
        for fault in faults_of(known[slug]):
            count += 1
            typer.echo(f"{slug}: {fault.what}\n    {fault.cure}")
        typer.echo(f"{slug}: {'holds' if not count else f'{count} to mend'}")
        code = BROKEN if count else code
    return code
