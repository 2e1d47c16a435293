"""Which tool a visitor tries first."""

from pipeline import tools
from pipeline.toolkit import Tool
from sciflask_reflex.errors import Refused
from sciflask_reflex.settings import Settings

SHIPPED = "correlation"


def first_tool(site: Settings) -> Tool:
    """Return the tool that the operator's folder names, or the one that the shipped front page speaks of, or the first that has an example.

    Raises:
        Refused: When the folder names one that is not there.
    """
    wanted, known = site.imprint.file.landing.tool, tools()
    if wanted and wanted not in known:
        sentence = f"{site.site_dir / 'site.toml'}: landing.tool: there is no tool {wanted!r}. There are: {', '.join(known)}."
        raise Refused(sentence)
    shown = [slug for slug, tool in known.items() if tool.examples and not tool.live]
    return known[wanted or (SHIPPED if SHIPPED in known else next(iter(shown or known)))]
