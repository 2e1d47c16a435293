"""The words of the front page, as Markdown that holds no script and no picture whatever the file holds."""

from dataclasses import dataclass

from markdown_it import MarkdownIt

HEADLINE = "begin with one line `# ` and the headline, then a paragraph that says what the site is for"


@dataclass(frozen=True)
class Front:
    """What the front page says."""

    headline: str
    """Plain text."""
    lead: str
    """The first paragraph, as HTML without the paragraph's own mark."""
    text: str
    """The rest, as HTML; may be empty."""


def markdown() -> MarkdownIt:
    """Return what renders the operator's Markdown: HTML in it is shown as text, pictures are left out, links lead to no script."""
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def front(source: str) -> Front:
    """Return the words of ``landing.md``.

    Raises:
        ValueError: With what to do, when there is no headline or no first paragraph.
    """
    reader = markdown()
    tokens = reader.parse(source)
    kinds = [token.type for token in tokens[:6]]
    if kinds != ["heading_open", "inline", "heading_close", "paragraph_open", "inline", "paragraph_close"] or tokens[0].tag != "h1":
        raise ValueError(HEADLINE)
    if any(token.type == "heading_open" and token.tag == "h1" for token in tokens[1:]):
        message = "a page has one headline: begin the others with `## `"
        raise ValueError(message)
    children = tokens[1].children or []
    headline = "".join(part.content for part in children if part.type in ("text", "code_inline"))
    lead = reader.renderer.render([tokens[4]], reader.options, {})
    return Front(headline, lead, reader.renderer.render(tokens[6:], reader.options, {}))


def inline(source: str) -> str:
    """Return one line of Markdown as HTML."""
    return markdown().renderInline(source)
