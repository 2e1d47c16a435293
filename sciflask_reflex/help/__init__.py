"""Help, and what people must be told."""
