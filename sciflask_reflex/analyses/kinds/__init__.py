"""How each kind of output is drawn on a page: one module for each."""
