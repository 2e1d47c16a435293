"""The example data of the correlation tool, and the script that made them."""
