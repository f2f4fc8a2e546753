"""Mails about work that is handed over: to who is asked, to who asked, and when nobody answers."""

from __future__ import annotations

from django.conf import settings
from django_tasks import task

from core.areas.tenancy import site_of
from core.notify.mail import send_mail
from participation.cases.models import Handover, HandoverItem
from participation.organisations.models import Professional
from participation.organisations.queries import roster

OFFERED, GIVEN, ANSWERED, REMINDER, STUCK = "offered", "given", "answered", "reminder", "stuck"


@task()
def mail_handover(handover_id: int, professional_id: int, what: str) -> str:
    """Tell this person what became of a handover; says what it did. Holds numbers only, nothing of the cases."""
    handover = Handover.objects.select_related("from_professional", "to_professional").filter(pk=handover_id).first()
    person = Professional.objects.select_related("user").filter(pk=professional_id).first()
    if handover is None or person is None or not person.user.is_active or not person.user.email:
        return "no address"
    outcomes = list(handover.items.values_list("outcome", flat=True))
    waiting = outcomes.count(HandoverItem.Outcome.PENDING)
    if what not in {ANSWERED, GIVEN} and not waiting:
        return "answered meanwhile"
    user = person.user
    receiver = roster().people.get(handover.to_professional_id or 0)
    send_mail(
        to=user.email,
        template="handover",
        context={
            "what": what,
            "name": person.name,
            "giver": handover.from_professional.name,
            "receiver": receiver.name if receiver else "",
            "waiting": waiting,
            "accepted": outcomes.count(HandoverItem.Outcome.ACCEPTED),
            "refused": outcomes.count(HandoverItem.Outcome.REFUSED),
            "address": f"{site_of(handover.gemeente_id)}/werk/overdracht/{handover.pk}/",
        },
        language=user.language if user.language in dict(settings.STAFF_LANGUAGES) else settings.LANGUAGE_CODE,
        gemeente_id=handover.gemeente_id,
    )
    return what
