"""What we mail about initiatives, a module for each part."""
