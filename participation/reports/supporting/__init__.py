"""Supporters: who saw the same thing says so, instead of reporting it once more."""
