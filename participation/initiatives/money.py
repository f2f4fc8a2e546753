"""Euros, as `core.ui.money` reads and writes them."""

from core.ui.money import MOST_CENTS, euros, read_euros

__all__ = ["MOST_CENTS", "euros", "read_euros"]
