"""Results that somebody was given a link to."""
