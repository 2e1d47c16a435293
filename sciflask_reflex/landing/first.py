"""Which tool a visitor tries first."""

from pipeline import tools
from pipeline.toolkit import Tool
from sciflask_reflex.errors import Refused
from sciflask_reflex.settings import Settings


def first_tool(site: Settings) -> Tool:
    """Return the tool that the operator's folder names, or the first of the list.

    Raises:
        Refused: When the folder names one that is not there.
    """
    wanted, known = site.imprint.file.landing.tool, tools()
    if wanted and wanted not in known:
        sentence = f"{site.site_dir / 'site.toml'}: landing.tool: there is no tool {wanted!r}. There are: {', '.join(known)}."
        raise Refused(sentence)
    return known[wanted] if wanted else next(iter(known.values()))
