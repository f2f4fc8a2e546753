"""Which release this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def release() -> str:
    """As the installed package says; empty when it was not installed."""
    try:
        return version("wijkplatform")
    except PackageNotFoundError:
        return ""
