"""Whose site this is: name, logo, colours, words, institution and contact, from one folder of the operator's own.

The folder is ``SCIFLASK_SITE_DIR``. ``site.toml`` says it all; every key may be left out, and so may the file. What is wrong with it stops
the start with a sentence that names file, key and cure.
"""

from sciflask_reflex.imprint.colours import contrast
from sciflask_reflex.imprint.pictures import MARK, Picture
from sciflask_reflex.imprint.read import Imprint, ImprintError, read_imprint
from sciflask_reflex.imprint.sheet import dark_accent, style_sheet
from sciflask_reflex.imprint.words import Front, markdown

__all__ = ["MARK", "Front", "Imprint", "ImprintError", "Picture", "contrast", "dark_accent", "markdown", "read_imprint", "style_sheet"]
