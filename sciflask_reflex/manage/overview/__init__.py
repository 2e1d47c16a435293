"""Health at a glance."""
