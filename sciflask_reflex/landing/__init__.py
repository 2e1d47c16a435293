"""The front page and the door for trying."""
