"""The mail about an offer that nobody answered, to both sides. It holds a reference and teams, nothing of the case."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from core.areas.tenancy import site_of
from core.notify.mail import send_mail
from participation.cases.models import Forwarding
from participation.organisations.models import Professional
from participation.organisations.queries import roster


@task()
def mail_offer_waits(forwarding_id: int, professional_id: int) -> str:
    """Tell this person that an offer waits too long; says what it did."""
    forwarding = Forwarding.objects.select_related("case").filter(pk=forwarding_id).first()
    person = Professional.objects.select_related("user").filter(pk=professional_id).first()
    if forwarding is None or person is None or not person.user.is_active or not person.user.email:
        return "no address"
    if forwarding.outcome != Forwarding.Outcome.PENDING:
        return "answered meanwhile"
    teams, user = roster().teams, person.user
    receiver = teams[forwarding.to_team_id]
    send_mail(
        to=user.email,
        template="offer_waits",
        context={
            "name": person.name,
            "asked": any(one.professional_id == person.pk for one in receiver.members),
            "sender": teams[forwarding.from_team_id],
            "receiver": receiver,
            "reference": forwarding.case.reference,
            "answer_by": timezone.localtime(forwarding.answer_by),
            "address": f"{site_of(forwarding.case.gemeente_id)}/werk/{forwarding.case.reference}/",
        },
        language=user.language if user.language in dict(settings.STAFF_LANGUAGES) else settings.LANGUAGE_CODE,
        gemeente_id=forwarding.case.gemeente_id,
        key=f"offer-{forwarding.pk}",
    )
    return "sent"
