"""What polls read."""
