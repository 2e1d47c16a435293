"""Queue and workers, live."""
