"""Configuration in memory (`Snapshot`)."""
