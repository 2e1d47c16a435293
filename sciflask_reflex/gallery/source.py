"""Python as visitors read it: colours by class, so that the style sheet decides them; line numbers that are not copied along."""

from pathlib import Path

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

_lines: HtmlFormatter[str] = HtmlFormatter(nowrap=True)


def highlighted(text: str, language: str = "python") -> str:
    """Return a text as HTML, a ``span`` for each line. Markup in the text is shown, never followed."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name("text", stripnl=False)
    drawn = highlight(text.strip("\n"), lexer, _lines).rstrip("\n")
    return "\n".join(f'<span class="line">{line}</span>' for line in drawn.split("\n"))


def listing(path: Path) -> str:
    """Return a file as HTML: a region that can be scrolled by keyboard."""
    text = path.read_text("utf-8")
    return (
        f'<pre class="source numbered" tabindex="0" role="region" aria-label="Source of {path.name}"><code>{highlighted(text)}</code></pre>'
    )
