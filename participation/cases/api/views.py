"""`DeskView`: who may come to the desk at all."""

from __future__ import annotations

from rest_framework.request import Request

from core.accounts.actor import Actor
from core.api.views import ApiView
from participation.organisations.access import professional_of


class DeskView(ApiView):
    """Base of the professionals' endpoints: someone who works in a municipality of this host."""

    def actor(self, request: Request) -> Actor:
        return professional_of(request)
