"""Links that leave the pages: to files, to the API, to a mail program. The router must not take them for pages."""

from reflex_components_core.el.elements.inline import A

plain_link = A.create
"""An ordinary anchor; ``rx.el.a`` would hand every inner address to the router, which finds no page there."""
