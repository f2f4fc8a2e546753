"""Every write: one verb each, one transaction each."""
