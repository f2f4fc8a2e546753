"""Every read that a screen or the API needs, a module for each part."""
