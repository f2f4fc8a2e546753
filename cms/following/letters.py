"""The mails of following: made here for the mail server and for the back office's preview alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from cms.following.actions import VALID, tokens_of
from cms.following.choices import Topic
from cms.following.content import whats_new
from cms.following.models import Follower, Wish
from cms.following.queries import Wijk, wijken_of
from cms.following.tokens import token_for
from core.areas.queries import tree
from core.areas.tenancy import site_of
from core.notify.letters import Letter
from core.notify.moments import AHEAD, BACK, Frequency


def known_language(code: str) -> str:
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def question(wish: Wish) -> Letter:
    """Do you want this? Sent to an address that somebody typed, and holds nothing else they typed."""
    language = known_language(wish.language)
    with translation.override(language):
        wijken = wijken_of(wish.gemeente_id)
        context = {
            "wijken": [wijken[pk].name for pk in wish.area_ids if pk in wijken],
            "often": str(Frequency(wish.frequency).label),
            "hours": int(VALID.total_seconds() // 3600),
            "address": site_of(wish.gemeente_id) + reverse("follow_confirm", args=[token_for(wish.seed, "yes")]),
        }
    return Letter(
        to=wish.email,
        template="follow_confirm",
        context=context,
        language=language,
        gemeente_id=wish.gemeente_id,
    )


def digest(follower: Follower, *, until: datetime) -> Letter | None:
    """What is new for them; None when nothing is."""
    since = max(follower.told_until, until - BACK[Frequency(follower.frequency)])
    followed = set(follower.areas.values_list("pk", flat=True))
    language = known_language(follower.language)
    manage, stop = links_of(follower)
    with translation.override(language):
        wijken = [one for pk, one in wijken_of(follower.gemeente_id).items() if pk in followed]
        context = digest_context(
            gemeente_id=follower.gemeente_id,
            wijken=wijken,
            topics=follower.topics,
            frequency=follower.frequency,
            since=since,
            until=until,
        )
    if context is None:
        return None
    return Letter(
        to=follower.email,
        template="follow_digest",
        context=context | {"stop": stop, "manage": manage},
        language=language,
        gemeente_id=follower.gemeente_id,
        headers={
            # RFC 8058: the mail program asks by itself, with one POST, and nobody has to sign in.
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"<volg.{urlsplit(site_of(follower.gemeente_id)).hostname}>",
            "Precedence": "bulk",
        },
    )


def links_of(follower: Follower) -> tuple[str, str]:
    """Their private page, and the page that stops."""
    site = site_of(follower.gemeente_id)
    manage, stop = tokens_of(follower)
    return site + reverse("follow_open", args=[manage]), site + reverse("follow_stop", args=[stop])


def digest_context(
    *,
    gemeente_id: int,
    wijken: Sequence[Wijk],
    topics: Sequence[str],
    frequency: str,
    since: datetime,
    until: datetime,
) -> dict[str, Any] | None:
    """For the template, in the active language; None when there is nothing new."""
    parts = whats_new(
        gemeente_id=gemeente_id,
        wijken=wijken,
        topics=topics,
        since=since,
        until=until,
        ahead=AHEAD[Frequency(frequency)],
    )
    if not parts:
        return None
    first = next((item for part in parts if (item := part.first) is not None), None)
    return {
        "parts": parts,
        "first": first,
        "named": parts[0].name,
        "others": len(parts) - 1,
        "site": site_of(gemeente_id),
        "town": tree().by_id[gemeente_id].name,
    }


def preview(wijk: Wijk, *, frequency: str, now: datetime) -> dict[str, Any] | None:
    """The next digest of this wijk as it would look now, for whoever chose everything; its links lead nowhere."""
    context = digest_context(
        gemeente_id=wijk.area.gemeente_id,
        wijken=[wijk],
        topics=[str(one) for one in Topic],
        frequency=frequency,
        since=now - timedelta(days=AHEAD[Frequency(frequency)]),
        until=now,
    )
    return None if context is None else context | {"stop": "#", "manage": "#"}
