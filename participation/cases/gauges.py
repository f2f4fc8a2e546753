"""Whether the promises are kept: for `/metrics` and the system page. Numbers only, of all municipalities together."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.watch.metrics import Gauge, register_gauge
from participation.cases.models import Case
from participation.cases.queries import late
from participation.cases.responsibility import unreachable_cases

MOST = 10_000
"""Cases counted at most."""


def late_cases() -> int:
    is_open = Case.objects.filter(closed_at__isnull=True)
    return is_open.filter(late(timezone.now())).order_by()[:MOST].count()


def register() -> None:
    register_gauge(
        Gauge(
            name="wijkplatform_cases_late",
            help="Open cases past their promise",
            read=late_cases,
            keep=30,
            label=_("Open cases that are late"),
        )
    )
    register_gauge(
        Gauge(
            name="wijkplatform_cases_unreachable",
            help="Open cases that nobody can be held to",
            read=lambda: unreachable_cases(now=timezone.now()),
            keep=300,
            label=_("Open cases that nobody can be held to"),
            worry=0,
        )
    )
