"""From an event to the browser: which tabs are open, and how the truth reaches them."""
