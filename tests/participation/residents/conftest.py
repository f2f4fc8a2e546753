"""Builders of residents, see `tests/support/residents.py`."""

from tests.support.residents import resident, signed_in

__all__ = ["resident", "signed_in"]
