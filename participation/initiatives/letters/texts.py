"""Text messages to members without an e-mail address: that something happened that matters, and nothing anybody wrote.

One part in Dutch and English. Each leads to their own page, where they sign in; there they also stop them
(`Member.mailed`). What happened is said in full where they sign in.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from core.areas.queries import tree
from core.areas.tenancy import site_of
from core.notify.letters import spoken
from participation.initiatives.models import Coaching, HelpRequest, Member, StepTaken
from participation.residents.models import Resident
from participation.residents.texting import is_texted

STEPS_TEXTED = frozenset({"accept", "resume", "refuse", "stop"})
"""Somebody helps them from now on, or the plan ends. Other steps they find on their page."""
GROUP_TEXTED = frozenset({"taken-out", "asked", "succeeded"})
"""To the one it happened to: out of the group, asked to lead it, leading it because the starter went."""


@dataclass(frozen=True, slots=True)
class Text:
    to: Resident
    words: str
    language: str


def text_to(what: str, member_id: int, about_id: int) -> Text | None:
    """`what`: step, coach, decided, or one of `GROUP_TEXTED`; `about_id`: the step, coaching or request.

    None for who left, has an e-mail address, cannot be reached or stopped these messages, and for what matters less
    or is no longer so.
    """
    known = Member.objects.select_related("initiative", "resident")
    member = known.filter(pk=member_id, mailed=True).first()
    if member is None or member.resident is None or not is_texted(member.resident):
        return None
    if (member.left_at is not None) != (what == "taken-out"):
        return None
    language = spoken(member.resident.language)
    with translation.override(language):
        words = _words(what, member, about_id)
        gemeente_id = member.initiative.gemeente_id
        values = {"municipality": tree().by_id[gemeente_id].name, "link": f"{site_of(gemeente_id)}/mijn/"}
        return Text(member.resident, words % values, language) if words else None


def _words(what: str, member: Member, about_id: int) -> str:
    initiative = member.initiative
    match what:
        case "step":
            step = StepTaken.objects.filter(pk=about_id, initiative=initiative, name__in=STEPS_TEXTED).first()
            if step is None:
                return ""
            if step.name in {"accept", "resume"}:
                return _("%(municipality)s: somebody helps you with your plan now. See, or stop these texts: %(link)s")
            return _("%(municipality)s: your plan was stopped. Read why, or stop these texts: %(link)s")
        case "coach":
            last = Coaching.objects.filter(initiative=initiative).order_by("-pk").first()
            if last is None or last.pk != about_id:
                return ""
            return _("%(municipality)s: who helps you with your plan changes. See, or stop these texts: %(link)s")
        case "decided":
            if not HelpRequest.objects.filter(pk=about_id, initiative=initiative, decided_at__isnull=False).exists():
                return ""
            return _("%(municipality)s: your question for help has an answer. See, or stop these texts: %(link)s")
        case "taken-out":
            return _("%(municipality)s: you are no longer in the group of a plan. A mistake? Ask its starter.")
        case "asked":
            return _("%(municipality)s: do you want to lead the group of your plan? See, or stop these texts: %(link)s")
        case "succeeded":
            return _("%(municipality)s: you lead the group of your plan now. See, or stop these texts: %(link)s")
    raise ValueError(what)
