"""The mail with the link. The link is made when the mail goes out and lies in no table."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from core.areas.tenancy import host_of
from core.notify.mail import send_mail
from participation.organisations.invitations import VALID_FOR, hash_of, token_of
from participation.organisations.joining import Invitation


@task()
def mail_invitation(invitation_id: int, sending: int) -> None:
    """Send the link of this round of sending; a later round or an accepted invitation owes nothing."""
    invitation = (
        Invitation.objects.select_related("professional__user", "invited_by")
        .filter(pk=invitation_id, round=sending, accepted_at=None)
        .first()
    )
    if invitation is None:
        return
    token, now = token_of(invitation), timezone.now()
    # Before the mail: a link that someone holds must work.
    Invitation.objects.filter(pk=invitation_id, round=sending, accepted_at=None).update(
        token_hash=hash_of(token), expires_at=now + VALID_FOR
    )
    professional = invitation.professional
    user = professional.user
    teams = professional.memberships.select_related("team__organisation").order_by("team__name")
    send_mail(
        to=user.email,
        template="invitation",
        context={
            "name": user.name,
            "by": invitation.invited_by.get_full_name() if invitation.invited_by else "",
            "role": professional.role,
            "teams": [{"name": one.team.name, "organisation": one.team.organisation.name} for one in teams],
            "until": now + VALID_FOR,
            "address": _site(professional.gemeente_id) + reverse("invitation_open", kwargs={"token": token}),
        },
        language=user.language,
        gemeente_id=professional.gemeente_id,
        key=f"invitation-{invitation_id}-{sending}",
    )
    Invitation.objects.filter(pk=invitation_id, round=sending).update(sent_at=now)


def _site(gemeente_id: int) -> str:
    """The address of a municipality's site, without a slash at the end."""
    host = host_of(gemeente_id)
    scheme, _separator, rest = settings.BASE_URL.partition("://")
    if not host:
        return settings.BASE_URL
    port = rest.rpartition(":")[2]
    return f"{scheme}://{host}:{port}" if port.isdigit() else f"{scheme}://{host}"
