"""A tool whose analyses wait in the queue."""
