"""Every write of a browser that listens. It belongs to the private link: whoever has that switches it on and off."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from core.errors import NotFound
from core.notify.push import Browser
from participation.reports.actions import refuse_withdrawn
from participation.reports.following import COOKIE_AGE
from participation.reports.models import Listener
from participation.reports.queries import reports_of_token
from participation.reports.supporting.queries import supporters_of_token

MOST_BROWSERS = 10
"""Of one report or supporter; the newest."""
KEPT_AFTER = timedelta(seconds=COOKIE_AGE)
"""After it was closed: by then the device no longer opens the page either."""


@transaction.atomic
def listen_to_report(*, token: str, browser: Browser, language: str, only: int | None, now: datetime) -> None:
    """This browser tells of news of the report this token opens. `NotFound` for any other, `Conflict` for one that
    was taken back."""
    report = reports_of_token(token, only).select_for_update(of=("self",)).first()
    if report is None:
        raise NotFound
    refuse_withdrawn(report)
    _keep(Listener(report=report), browser, language, now)


@transaction.atomic
def listen_as_supporter(*, token: str, browser: Browser, language: str, only: int | None, now: datetime) -> None:
    """The same for somebody who saw it too."""
    supporter = supporters_of_token(token, only).select_for_update(of=("self",)).first()
    if supporter is None:
        raise NotFound
    _keep(Listener(supporter=supporter), browser, language, now)


def stop_for_report(*, token: str, endpoint: str, only: int | None) -> None:
    """No more messages here about the report this token opens; nothing happens when there were none."""
    report = reports_of_token(token, only).first()
    if report is None:
        raise NotFound
    Listener.objects.filter(report=report, endpoint=endpoint).delete()


def stop_for_supporter(*, token: str, endpoint: str, only: int | None) -> None:
    """The same for somebody who saw it too."""
    supporter = supporters_of_token(token, only).first()
    if supporter is None:
        raise NotFound
    Listener.objects.filter(supporter=supporter, endpoint=endpoint).delete()


def listens_somewhere(endpoint: str) -> bool:
    """Whether this browser is to be told of any report."""
    return Listener.objects.filter(endpoint=endpoint).exists()


def sweep(*, now: datetime) -> int:
    """Forget browsers that listen to what was closed long ago; of what was linked counts what is worked on."""
    old = now - KEPT_AFTER
    long_closed = Q()
    for path in ("report__case", "supporter__case"):
        long_closed |= Q(**{f"{path}__duplicate_of": None, f"{path}__closed_at__lt": old})
        long_closed |= Q(**{f"{path}__duplicate_of__closed_at__lt": old})
    ids = list(Listener.objects.filter(long_closed).values_list("pk", flat=True)[:1000])
    return Listener.objects.filter(pk__in=ids).delete()[0] if ids else 0


def _keep(listener: Listener, browser: Browser, language: str, now: datetime) -> None:
    listener.endpoint, listener.key, listener.secret = browser.endpoint, browser.key, browser.secret
    listener.language, listener.created_at = language, now
    owner = "report" if listener.report_id is not None else "supporter"
    Listener.objects.bulk_create(
        [listener],
        update_conflicts=True,
        unique_fields=[owner, "endpoint"],
        update_fields=["key", "secret", "language", "created_at"],
    )
    own = Listener.objects.filter(**{f"{owner}_id": getattr(listener, f"{owner}_id")}).order_by("-created_at", "-pk")
    if surplus := list(own.values_list("pk", flat=True)[MOST_BROWSERS:]):
        Listener.objects.filter(pk__in=surplus).delete()
