"""The website: everything that is not science. Importing this package loads no user interface."""
