"""A small win was published: whoever reported, supported or did it hears "this went well, thanks to you", once.

The pages call `owe_good_news` in the transaction that publishes. Who is to hear is looked up after that, and each is
told only while the page can still be read; taken off before that, nobody hears, and published again they still do.
Nobody is told who left no address or stopped, and an address or browser that is known twice hears it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from core.areas.queries import tree
from core.notify import sms
from core.notify.mail import send_mail
from core.notify.push import Browser, PushGone, PushRefused, send_push
from participation.cases.models import Case
from participation.cases.wins import Told, makers_of, told_of
from participation.reports.channels import Channel, channels_of, channels_to
from participation.reports.letters import greeting
from participation.reports.listening.tasks import KEPT_FOR
from participation.reports.models import Celebrated, Contact, Listener, Supporter
from participation.residents.texting import put_off


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """How one of them hears it. `address` is an e-mail address, a number or the endpoint of a browser."""

    to: str
    address: str
    channel: Channel | None
    language: str
    name: str = ""
    browser: Browser | None = None


def owe_good_news(case_id: int) -> None:
    """In the transaction that publishes the page: one task, however many are to hear."""
    tell_of_win.enqueue(case_id)


@task()
def tell_of_win(case_id: int) -> str:
    """A task for each who did not hear yet, so that one that refuses holds up nobody else."""
    if told_of(case_id) is None:
        return "no longer public"
    with transaction.atomic():
        wanted = {one.to for one in _once(_recipients(case_id))}
        Celebrated.objects.bulk_create(
            [Celebrated(case_id=case_id, to=to) for to in sorted(wanted)], ignore_conflicts=True
        )
        owed = Celebrated.objects.filter(case_id=case_id, to__in=wanted, told_at=None).order_by("pk")
        ids = list(owed.values_list("pk", flat=True))
        for pk in ids:
            celebrate.enqueue(pk)
    return f"{len(ids)} to tell"


@task()
def celebrate(celebrated_id: int) -> str:
    """Tell one of them, unless the page is gone or they stopped meanwhile."""
    row = Celebrated.objects.filter(pk=celebrated_id, told_at=None).select_related("case").first()
    if row is None:
        return "told already"
    page = told_of(row.case_id)
    if page is None:
        return "no longer public"
    person = next(_recipients(row.case_id, only=row.to), None)
    if person is None:
        return "stopped"
    if person.channel is not Channel.MAIL and put_off(celebrate, celebrated_id):
        return "waits until the quiet hours end"
    how = _send(person, page, row.case)
    Celebrated.objects.filter(pk=row.pk).update(told_at=timezone.now())
    return how


def _send(person: Recipient, page: Told, case: Case) -> str:
    key = f"win-{case.pk}"
    language = person.language if person.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    if person.channel is Channel.MAIL:
        send_mail(
            to=person.address,
            template="win_published",
            context={"name": person.name, "page": page, "who": person.to.partition(":")[0]},
            language=language,
            gemeente_id=case.gemeente_id,
            key=key,
        )
        return "mail"
    with translation.override(language):
        if person.browser is not None:
            return _push(person, page, case)
        values = {"municipality": tree().by_id[case.gemeente_id].name, "link": page.short}
        text = _("%(municipality)s: it worked, thanks to you. Read it: %(link)s") % values
    try:
        sms.send_sms(to=person.address, text=sms.plainer(text) if language in sms.PLAIN else text, key=key)
    except sms.NumberRefused:
        return "the number is refused"
    return "text message"


def _push(person: Recipient, page: Told, case: Case) -> str:
    assert person.browser is not None
    message = {
        "title": _("This went well, thanks to you"),
        "body": page.title,
        "lang": translation.get_language(),
        "tag": f"win-{case.pk}",
        "url": page.url,
    }
    try:
        send_push(person.browser, message, topic=f"win-{case.pk}", kept_for=KEPT_FOR)
    except PushGone:
        Listener.objects.filter(endpoint=person.browser.endpoint).delete()
        return "gone"
    except PushRefused:
        return "refused"
    return "push"


def _once(people: Iterable[Recipient]) -> list[Recipient]:
    """Each address once: as its reporter before as a supporter."""
    chosen: dict[str, Recipient] = {}
    for one in people:
        chosen.setdefault(one.address.lower(), one)
    return list(chosen.values())


def _recipients(case_id: int, only: str = "") -> Iterator[Recipient]:
    """Reporters, supporters and browsers of the case and of those linked to it, and who did it themselves.

    `only` one of them, as it is now.
    """
    kind, _colon, pk = only.partition(":")
    for name, find in (("report", _reporters), ("supporter", _supporters), ("listener", _browsers)):
        if not only or name == kind:
            yield from find(case_id, {"pk": int(pk)} if pk else {})
    for one in makers_of(case_id):
        if only in ("", one.to):
            yield Recipient(
                to=one.to, address=one.email, channel=Channel.MAIL, language=one.language, name=greeting(one.name)
            )


def _reporters(case_id: int, only: dict[str, int]) -> Iterator[Recipient]:
    those = Q(report__case_id=case_id) | Q(report__case__duplicate_of_id=case_id)
    for one in Contact.objects.filter(those, **only).select_related("report__case").order_by("pk"):
        for channel in channels_of(one):
            yield Recipient(
                to=f"report:{one.pk}",
                address=one.email if channel is Channel.MAIL else one.phone,
                channel=channel,
                language=one.report.case.language,
                name=greeting(one.name),
            )


def _supporters(case_id: int, only: dict[str, int]) -> Iterator[Recipient]:
    those = Q(case_id=case_id) | Q(case__duplicate_of_id=case_id)
    confirmed = Supporter.objects.filter(those, confirmed_at__isnull=False, **only)
    for one in confirmed.exclude(email="", phone="").order_by("-pk"):
        for channel in channels_to(email=one.email, phone=one.phone):
            yield Recipient(
                to=f"supporter:{one.pk}",
                address=one.email if channel is Channel.MAIL else one.phone,
                channel=channel,
                language=one.language,
            )


def _browsers(case_id: int, only: dict[str, int]) -> Iterator[Recipient]:
    those = Q()
    for path in ("report__case", "supporter__case"):
        those |= Q(**{f"{path}_id": case_id}) | Q(**{f"{path}__duplicate_of_id": case_id})
    for one in Listener.objects.filter(those, **only).order_by("pk"):
        browser = Browser(one.endpoint, one.key, one.secret)
        yield Recipient(
            to=f"listener:{one.pk}", address=one.endpoint, channel=None, language=one.language, browser=browser
        )
