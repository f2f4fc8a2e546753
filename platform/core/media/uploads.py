"""Receiving files: in memory, up to a bound, never in a file with a name.

Django writes files above 5 MB to a temporary file; that would put a photo with its place on disk as it was
sent, and leave it there when the process is killed. The server does hold a request above 1 MB in a file until
it is complete (see `core.live.http`), but in one without a name, which is gone with the process.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest

from core.media.errors import refused

FORM_ROOM = 1024 * 1024
"""Bytes that the rest of a form may take beside its photos; as much as the server lets in (`settings.LARGE_BODIES`)."""


class InMemory(MemoryFileUploadHandler):
    """Keeps every file in memory; `receive_in_memory` has bounded the whole request before."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True


def receive_in_memory(request: HttpRequest, *, photos: int) -> None:
    """Call before anything reads the form. Raises `Invalid` when the request cannot be that of `photos` photos."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > photos * settings.UPLOAD_MAX_BYTES + FORM_ROOM:
        raise refused("too-large")
    request.upload_handlers = [InMemory(request)]
