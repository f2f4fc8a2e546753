"""Django's PostgreSQL backend, which does not ask a connection that was used just now whether it works."""
