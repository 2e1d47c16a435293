"""Sphinx' own options. What the pages say is in ``docs/`` and in the code; nothing is said here."""

from importlib.metadata import version as installed

project = "sciflask-reflex"
author = "the sciflask-reflex authors"
project_copyright = author
version = release = installed("sciflask-reflex")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_heading_anchors = 4
"""Anchors as code hosts make them, so that a link into a page is right in both."""
autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_class_signature = "separated"
autodoc_default_options = {"members": True, "undoc-members": False, "exclude-members": "__init__, __new__"}
autodoc_preserve_defaults = True
napoleon_use_ivar = True
default_role = "code"
nitpicky = False
exclude_patterns: list[str] = []
pygments_style = "friendly"
html_theme = "furo"
html_title = "sciflask-reflex"
html_favicon = html_logo = "mark.svg"
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#00766a", "color-brand-content": "#00766a"},
    "dark_css_variables": {"color-brand-primary": "#0bd8b6", "color-brand-content": "#0bd8b6"},
}
