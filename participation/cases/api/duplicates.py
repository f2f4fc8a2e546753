"""Linking what was reported before, and undoing it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parsing import StrictSerializer
from participation.cases import actions
from participation.cases.api.deeds import DeedView, documented


class DuplicatesView(DeedView):
    """Link this case to the main case `of`; from now on that one is worked on."""

    class Body(StrictSerializer):
        of = serializers.CharField(max_length=20, help_text="Reference of the main case")

    @documented("linkDuplicate", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        actions.link_duplicate(
            reference=reference,
            of=body["of"],
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )


class DuplicatesUndoView(DeedView):
    """Undo the link of this case: it is open again as it was."""

    class Body(StrictSerializer):
        pass

    @documented("unlinkDuplicate", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        actions.unlink_duplicate(
            reference=reference, actor=self.actor(request), now=timezone.now(), version=self.version(request)
        )
