"""What polls write: one verb each."""
