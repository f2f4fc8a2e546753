"""Text messages owed to members without an e-mail address, for what matters most (`letters.texts`)."""

from __future__ import annotations

from django.utils import translation
from django_tasks import task

from core.notify import sms
from participation.initiatives.letters.texts import text_to
from participation.initiatives.models import Initiative, Member
from participation.residents.texting import put_off, text_resident


@task()
def text_member(what: str, member_id: int, about_id: int, version: int) -> str:
    """It waits for the morning; says what it did, without personal data. `version`: which change of the group."""
    text = text_to(what, member_id, about_id)
    if text is None:
        return "nobody to text"
    if put_off(text_member, what, member_id, about_id, version):
        return "waits until the quiet hours end"
    with translation.override(text.language):
        return text_resident(text.to, text.words, key=f"initiative-{what}-{about_id}-{version}-{member_id}")


def owe_text(what: str, member: Member, version: int) -> None:
    """To one member, about their own place in the group."""
    if sms.is_on() and member.mailed and member.resident is not None and not member.resident.email:
        text_member.enqueue(what, member.pk, 0, version)


def owe_texts(what: str, initiative: Initiative, about_id: int, *, but: int | None = None) -> None:
    """Enqueue one for everybody in the group who left a number only, but the resident `but`. In the transaction."""
    if not sms.is_on():
        return
    readers = initiative.members.filter(left_at=None, mailed=True, resident__email="", resident__phone_refused=False)
    if but is not None:
        readers = readers.exclude(resident_id=but)
    for member_id in readers.order_by("pk").values_list("pk", flat=True):
        text_member.enqueue(what, member_id, about_id, 0)
