"""The least Django can do: what `tests/load/reports.py` compares a report with.

One DRF view that validates, looks its point up in memory, inserts three rows in one transaction
and sends to a channel layer; the same server and the same bridge to WSGI, one middleware.
"""
