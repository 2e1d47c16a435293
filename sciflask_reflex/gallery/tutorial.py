"""A lesson's tutorial: Markdown from the manual, fit to stand on a page of the site."""

import html
import re
from collections.abc import Mapping
from pathlib import Path

from markdown_it import MarkdownIt

from sciflask_reflex.gallery.source import highlighted


def tutorial_html(path: Path, links: Mapping[str, str]) -> str:
    """Return a tutorial as HTML one heading deeper, without its title. ``links`` leads from files of the manual to addresses here.

    Links to other parts of the manual become plain words. Raw HTML is shown as text. Without the file there is nothing.
    """
    if not path.is_file():
        return ""
    body = re.sub(r"\A# [^\n]*\n", "", path.read_text("utf-8"))
    body = re.sub(r"(?m)^(#+) ", r"#\1 ", body)
    body = re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", lambda found: _link(found[1], found[2], links), body)
    markdown = MarkdownIt("commonmark", {"html": False, "highlight": _coloured}).enable("table").disable("image")
    return markdown.render(body).replace("<pre><code", '<pre class="source" tabindex="0"><code')


def _link(words: str, target: str, links: Mapping[str, str]) -> str:
    if target in links:
        return f"[{words}]({links[target]})"
    return f"[{words}]({target})" if target.startswith("/") else words


def _coloured(text: str, language: str, attrs: str) -> str:
    return highlighted(text, language) if language else html.escape(text)
