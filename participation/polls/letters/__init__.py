"""The letters about polls."""
