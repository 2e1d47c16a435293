"""What each role may keep and use, and who keeps most."""
