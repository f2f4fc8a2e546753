"""The editor's form of a wijk page."""

from __future__ import annotations

from typing import Any

from cms.base.forms import OwnWijkForm


class WijkPageForm(OwnWijkForm):
    """A published page needs its wijk; a copy and a draft may still miss it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "area" in self.fields:
            self.fields["area"].required = True
