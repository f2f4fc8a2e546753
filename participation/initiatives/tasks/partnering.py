"""The mail to a team that is asked to take part."""

from __future__ import annotations

from django.conf import settings
from django_tasks import task

from core.areas.tenancy import site_of
from core.notify.mail import send_mail
from participation.initiatives.models import Partner
from participation.organisations.models import Professional
from participation.organisations.queries import roster


@task()
def mail_asked(partner_id: int, professional_id: int) -> str:
    """Tell this person of the team; says what it did."""
    row = Partner.objects.select_related("initiative").filter(pk=partner_id, ended_at=None, accepted_at=None).first()
    person = Professional.objects.select_related("user").filter(pk=professional_id).first()
    if row is None or person is None or not person.user.is_active or not person.user.email:
        return "nothing to mail"
    user, initiative = person.user, row.initiative
    send_mail(
        to=user.email,
        template="initiative_partner",
        context={
            "name": person.name,
            "team": roster().teams[row.team_id].name,
            "title": initiative.title,
            "role": row.role,
            "address": f"{site_of(initiative.gemeente_id)}/werk/initiatieven/{initiative.slug}/partners/",
        },
        language=user.language if user.language in dict(settings.STAFF_LANGUAGES) else settings.LANGUAGE_CODE,
        gemeente_id=initiative.gemeente_id,
        key=f"partner-{row.pk}-{person.pk}",
    )
    return "sent"


def owe_asking(row: Partner) -> None:
    """To everybody of the team, in the transaction."""
    for one in roster().teams[row.team_id].members:
        mail_asked.enqueue(row.pk, one.professional_id)
