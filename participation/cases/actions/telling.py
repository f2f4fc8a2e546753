"""How a person is told of work outside the desk."""

from __future__ import annotations

from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.models import User
from core.errors import FieldError, Invalid, NotFound
from core.notify.push import accept_browser
from participation.cases.models import DeskSettings, PushSubscription

MOST_BROWSERS = 10


@transaction.atomic
def change_settings(
    *,
    sound: bool,
    digest: str,
    mail_mentions: bool,
    quiet_from: time | None,
    quiet_until: time | None,
    language: str,
    actor: Actor,
    now: datetime,
) -> DeskSettings:
    """All of one's settings at once. Whoever switches the digest on hears of what comes after."""
    if (quiet_from is None) != (quiet_until is None):
        raise Invalid(FieldError("quiet_until", "both", _("Give both times of the quiet hours, or neither.")))
    if actor.professional_id is None:
        raise NotFound
    found, _made = DeskSettings.objects.select_for_update().get_or_create(professional_id=actor.professional_id)
    if digest != found.digest:
        found.digest_sent_at = now
    found.sound, found.digest, found.mail_mentions = sound, digest, mail_mentions
    found.quiet_from, found.quiet_until = quiet_from, quiet_until
    found.save()
    User.objects.filter(pk=actor.user_id or 0).exclude(language=language).update(language=language)
    return found


@transaction.atomic
def listen(*, endpoint: str, key: str, secret: str, device: str, actor: Actor, now: datetime) -> PushSubscription:
    """This browser shows push messages from now on, for this person and nobody before them."""
    accept_browser(endpoint=endpoint, key=key, secret=secret)
    if actor.professional_id is None:
        raise NotFound
    [made] = PushSubscription.objects.bulk_create(
        [
            PushSubscription(
                professional_id=actor.professional_id,
                endpoint=endpoint,
                key=key,
                secret=secret,
                device=device[:80],
                created_at=now,
            )
        ],
        update_conflicts=True,
        unique_fields=["endpoint"],
        update_fields=["professional", "key", "secret", "device", "created_at"],
    )
    own = PushSubscription.objects.filter(professional_id=actor.professional_id).order_by("-created_at", "-id")
    surplus = list(own.values_list("pk", flat=True)[MOST_BROWSERS:])
    if surplus:
        PushSubscription.objects.filter(pk__in=surplus).delete()
    return made


@transaction.atomic
def stop_listening(*, endpoint: str = "", subscription_id: int | None = None, actor: Actor) -> None:
    """No more messages to this browser; nothing happens when it got none."""
    own = PushSubscription.objects.filter(professional_id=actor.professional_id or 0)
    found = own.filter(pk=subscription_id) if subscription_id is not None else own.filter(endpoint=endpoint)
    if found.exists():
        found.delete()
