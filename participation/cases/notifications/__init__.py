"""Telling people of work when they do not look at the desk: push messages, and a digest by e-mail."""
