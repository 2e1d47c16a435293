"""What a person may see and change of their own account."""
