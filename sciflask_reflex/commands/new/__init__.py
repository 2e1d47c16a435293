"""What ``make tool`` writes: files in which ``$name``, ``$slug`` and ``$title`` are filled in."""
