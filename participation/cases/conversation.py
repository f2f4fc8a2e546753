"""What was said in a case, in one query: to and from the resident, and among colleagues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, BooleanField, CharField, DateTimeField, Q, Value

from participation.cases.models import Message, Note


@dataclass(slots=True)
class Said:
    """A message (`resident_id`: who of a group wrote it), or a note with whom it names and the part it is about."""

    pk: int
    case_id: int
    professional_id: int | None
    text: str
    created_at: datetime
    from_resident: bool = False
    resident_id: int | None = None
    part_id: int | None = None
    named: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Conversation:
    """Oldest first. `unseen`: mentions of `reader` in notes that they had not seen, by id."""

    messages: list[Said] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)
    unseen: list[int] = field(default_factory=list)


def conversation(case_id: int, *, reader: int | None, messages_of: Sequence[int]) -> Conversation:
    """The notes of a case or about it as a part, and the messages of the cases `messages_of`. One query."""
    number, moment = BigIntegerField(), DateTimeField()
    said = ("id", "case_id", "professional_id", "text", "created_at")
    messages: Any = Message.objects.filter(case_id__in=messages_of).order_by()
    messages = messages.annotate(
        kind=Value("message", CharField()),
        part=Value(None, number),
        mention=Value(None, number),
        named=Value(None, number),
        seen=Value(None, moment),
    ).values_list("kind", *said, "from_resident", "resident_id", "part", "mention", "named", "seen")
    notes: Any = Note.objects.filter(Q(case_id=case_id) | Q(part_id=case_id)).order_by()
    notes = notes.annotate(
        kind=Value("note", CharField()), theirs=Value(False, BooleanField()), nobody=Value(None, number)
    ).values_list(
        "kind", *said, "theirs", "nobody", "part_id", "mentions__id", "mentions__professional_id", "mentions__seen_at"
    )
    found = Conversation()
    by_id: dict[int, Said] = {}
    rows = notes.union(messages, all=True) if messages_of else notes
    for kind, pk, owner, by, text, at, theirs, resident, part, mention, named, seen in rows:
        if kind == "message":
            found.messages.append(Said(pk, owner, by, text, at, from_resident=bool(theirs), resident_id=resident))
            continue
        if pk not in by_id:
            by_id[pk] = Said(pk, owner, by, text, at, part_id=part)
        if named is not None:
            by_id[pk].named.append(named)
            if named == reader and seen is None:
                found.unseen.append(mention)
    found.messages.sort(key=lambda one: one.pk)
    found.notes = sorted(by_id.values(), key=lambda one: one.pk)
    return found
