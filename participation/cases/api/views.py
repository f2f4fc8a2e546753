"""`DeskView`: who may come to the desk at all; and query values several views read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from core.accounts.actor import Actor
from core.api.views import ApiView
from participation.organisations.access import professional_of


class DeskView(ApiView):
    """Base of the professionals' endpoints: someone who works in a municipality of this host."""

    def actor(self, request: Request) -> Actor:
        return professional_of(request)


def read_bbox(value: str) -> tuple[float, float, float, float]:
    """`west,south,east,north`; raises ValidationError when it is anything else."""
    try:
        west, south, east, north = (float(part) for part in value.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise serializers.ValidationError(_("Give west,south,east,north in degrees."), code="invalid")
    return west, south, east, north
