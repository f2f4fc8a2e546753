"""What tells how the platform is doing: ids in the log, numbers for a monitor. The lowest room: it asks nobody."""
