"""Mails about support and to who follows."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import translation

from core.areas.queries import tree
from core.areas.tenancy import site_of
from core.notify.letters import Letter, spoken
from participation.initiatives.models import Digest, Follow, Initiative, Member
from participation.initiatives.queries.news import headline, news_for
from participation.initiatives.queries.public import bar_of
from participation.initiatives.tokens import token_of


def enough_letter(member_id: int) -> Letter | None:
    """To one of the group: there is enough support. None for who cannot be mailed."""
    known = Member.objects.select_related("initiative", "resident").filter(pk=member_id, left_at=None, mailed=True)
    member = known.first()
    if member is None or member.resident is None or not member.resident.email:
        return None
    initiative = member.initiative
    return Letter(
        to=member.resident.email,
        template="initiative_enough",
        context={
            "name": member.name,
            "title": initiative.title,
            "bar": bar_of(initiative),
            "overview": f"{site_of(initiative.gemeente_id)}/initiatieven/{initiative.slug}/groep/",
            "address": f"{site_of(initiative.gemeente_id)}/initiatieven/{initiative.slug}/groep/gesprek/",
        },
        language=spoken(member.resident.language),
        gemeente_id=initiative.gemeente_id,
    )


def digest_letter(digest: Digest, *, until: datetime) -> Letter | None:
    """Everything new of what they follow; None when nothing is, or they cannot be mailed."""
    resident = digest.resident
    if not resident.email:
        return None
    known = Follow.objects.select_related("initiative").filter(pk__in=digest.follow_ids, resident=resident)
    follows = list(known)
    language, site = spoken(resident.language), site_of(resident.gemeente_id)
    with translation.override(language):
        news = news_for(follows, until=until)
        if not news:
            return None
        title = headline(news)
    stop = site + reverse("initiatives_stop", args=[token_of(digest.seed, "stop")])
    return Letter(
        to=resident.email,
        template="initiative_digest",
        context={
            "news": news,
            "headline": title,
            "site": site,
            "town": tree().by_id[resident.gemeente_id].name,
            "stop": stop,
            "manage": f"{site}/mijn/",
        },
        language=language,
        gemeente_id=resident.gemeente_id,
        headers={
            # RFC 8058: the mail program asks by itself, with one POST, and nobody has to sign in.
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"<initiatieven.{urlsplit(site).hostname}>",
            "Precedence": "bulk",
        },
    )


def members_to_mail(initiative: Initiative) -> list[int]:
    """Ids of the members who want mail and can be mailed."""
    now_in_it = initiative.members.filter(left_at=None, mailed=True, resident__isnull=False)
    return list(now_in_it.exclude(resident__email="").values_list("pk", flat=True))
