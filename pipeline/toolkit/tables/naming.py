"""Whether a file is what its name promises: told by its first bytes."""

from pipeline.toolkit.findings import Finding, error
from pipeline.toolkit.formats import FEATHER, OLD_FEATHER, SUFFIXES, TEXT, WORKBOOK, Format, by_content, by_name
from pipeline.toolkit.tables.magic import EXCEL, not_text
from pipeline.toolkit.tables.wording import quoted


def name_findings(filename: str) -> list[Finding]:
    """Say that a name ends in no way that is known."""
    if not filename or by_name(filename):
        return []
    cure = "If it is a text table, rename it; if not, save it as CSV."
    return [error(f"{quoted(filename)} does not end in one of {', '.join(SUFFIXES)}.", cure)]


def content_fault(head: bytes, promised: Format) -> Finding | None:
    """Say that a file is not what its name promises. What is promised to be text is looked at as text."""
    if promised is TEXT or (head.startswith(promised.starts) and not head.startswith(OLD_FEATHER)):
        return None
    if promised is FEATHER and head.startswith(OLD_FEATHER):
        return error("This is a Feather file of version 1.", "Write it again with a newer program (in pandas: DataFrame.to_feather).")
    found = not_text(head)
    ending = promised.suffixes[0]
    what = f"it is {found.what}" if found else f"it is no {promised.title}"
    return error(f"The name of the file ends in {ending}, but {what}.", "Choose the right file, or give it the ending that belongs to it.")


def rename(head: bytes) -> str:
    """Say how the name of a file should end that is a table in another format than text; nothing when it is no table that is known."""
    known = by_content(head)
    what = not_text(head)
    if known is TEXT or what is None or (known is WORKBOOK and what is not EXCEL):
        return ""
    return f"If it is a table, let the name of the file end in {' or '.join(known.suffixes)}; or save the table as CSV."
