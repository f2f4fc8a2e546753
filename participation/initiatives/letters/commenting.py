"""Mails to who wrote what was hidden, or may not write for a while."""

from __future__ import annotations

from django.utils import timezone, translation
from django.utils.formats import date_format

from core.areas.tenancy import site_of
from core.notify.letters import Letter, spoken
from participation.initiatives.models import Block, Comment


def hidden_letter(comment_id: int) -> Letter | None:
    """None for who cannot be mailed, and for what is shown again."""
    known = Comment.objects.select_related("initiative", "resident")
    row = known.filter(pk=comment_id, state=Comment.State.HIDDEN).first()
    if row is None or row.resident is None or not row.resident.email:
        return None
    initiative, language = row.initiative, spoken(row.resident.language)
    with translation.override(language):
        context = {
            "name": row.name,
            "title": initiative.title,
            "why": row.get_why_display(),
            "remark": row.remark,
            "text": row.text,
            "address": f"{site_of(initiative.gemeente_id)}/initiatieven/{initiative.slug}/gesprek/",
        }
    return Letter(
        to=row.resident.email,
        template="initiative_hidden",
        context=context,
        language=language,
        gemeente_id=initiative.gemeente_id,
    )


def blocked_letter(block_id: int) -> Letter | None:
    """None for who cannot be mailed, and for a block that was lifted."""
    row = Block.objects.select_related("resident").filter(pk=block_id, lifted_at=None).first()
    if row is None or not row.resident.email:
        return None
    language = spoken(row.resident.language)
    with translation.override(language):
        context = {
            "name": row.resident.name,
            "until": date_format(timezone.localdate(row.until), "j F Y"),
            "reason": row.reason,
            "address": f"{site_of(row.resident.gemeente_id)}/initiatieven/huisregels/",
        }
    return Letter(
        to=row.resident.email,
        template="initiative_blocked",
        context=context,
        language=language,
        gemeente_id=row.resident.gemeente_id,
    )
