"""Counting rules: pure, in exact numbers."""
