"""What is said in public: ordered so that new voices are seen, and what waits for the desk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Q, Window
from django.db.models.functions import Coalesce, RowNumber

from core.accounts.actor import Actor
from participation.initiatives.models import Block, Comment, Complaint, Initiative, Member
from participation.organisations.queries import roster

ON_PAGE = 20
REPLIES = 50
MOST_TO_LOOK_AT = 200
_SEEN = Q(state=Comment.State.SHOWN) | Q(state=Comment.State.HIDDEN)


@dataclass(slots=True)
class Said:
    """A comment as somebody sees it. `badge`: "group", "coach" or "professional" for who speaks for it; `from_` their
    team. `hidden`: why, in words, with nothing of the text. `mine`: of the one who looks (they see it held too)."""

    id: int
    name: str
    badge: str
    from_: str
    text: str
    question: bool
    at: datetime
    state: str
    hidden: str
    mine: bool
    replies: list[Said] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Talk:
    """A page of the conversation. `more`: whether there is another one. `may`: whether the one who looks may speak."""

    said: list[Said]
    more: bool
    many: int


def comments_of(
    initiative: Initiative,
    actor: Actor,
    *,
    page: int = 1,
    many: int = ON_PAGE,
    group: Collection[int] | None = None,
    answers: bool = True,
) -> Talk:
    """What everybody reads, and what the one who looks wrote that is held.

    First each voice's newest, the newest of all voices on top; then each voice's second; so that who writes much does
    not push others down. Three queries; one less when the residents of the `group` are known, and without `answers`.
    """
    own = Q(state=Comment.State.HELD, resident_id=actor.resident_id) if actor.resident_id is not None else Q(pk=None)
    there = Comment.objects.filter(initiative=initiative)
    answered = Q(state=Comment.State.REMOVED, replies__state=Comment.State.SHOWN)
    ids = there.filter(_SEEN | own | answered, parent=None).distinct().values("pk")
    voice = Coalesce(F("resident_id"), -F("professional_id"), -1_000_000_000 - F("id"))
    turn = Window(RowNumber(), partition_by=[voice], order_by=[F("id").desc()])
    first = (page - 1) * many
    tops = list(
        Comment.objects.filter(pk__in=ids).annotate(turn=turn).order_by("turn", "-id")[first : first + many + 1]
    )
    replies: dict[int, list[Comment]] = defaultdict(list)
    below = there.filter(_SEEN | own, parent__in=[one.pk for one in tops[:many]])
    nth = Window(RowNumber(), partition_by=[F("parent_id")], order_by=[F("id").asc()])
    for reply in below.annotate(nth=nth).filter(nth__lte=REPLIES).order_by("id") if answers else ():
        replies[reply.parent_id or 0].append(reply)
    group = _group(initiative) if group is None else group
    said = []
    for one in tops[:many]:
        top = _said(one, initiative, actor, group)
        top.replies = [_said(reply, initiative, actor, group) for reply in replies[one.pk]]
        said.append(top)
    return Talk(said, len(tops) > many, initiative.comment_count)


def said_of(comment: Comment, actor: Actor) -> Said:
    """One comment, as its writer sees it. One query."""
    initiative = comment.initiative
    return _said(comment, initiative, actor, _group(initiative))


def _group(initiative: Initiative) -> Collection[int]:
    members = Member.objects.filter(initiative=initiative, left_at=None, resident__isnull=False)
    return set(members.values_list("resident_id", flat=True))


def _said(one: Comment, initiative: Initiative, actor: Actor, group: Collection[int]) -> Said:
    badge, name, from_ = "", one.name, ""
    if one.professional_id is not None:
        person = roster().people.get(one.professional_id)
        name = person.name if person else ""
        coaches = initiative.case is not None and initiative.case.assignee_id == one.professional_id
        badge, from_ = ("coach" if coaches else "professional"), (person.role if person else "")
    elif one.resident_id in group:
        badge = "group"
    hidden = one.get_why_display() if one.state == Comment.State.HIDDEN else ""
    return Said(
        id=one.pk,
        name=name,
        badge=badge,
        from_=from_,
        text="" if one.state in {Comment.State.HIDDEN, Comment.State.REMOVED} else one.text,
        question=one.is_question,
        at=one.created_at,
        state=one.state,
        hidden=hidden,
        mine=one.resident_id is not None and one.resident_id == actor.resident_id,
    )


# --- the desk ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A comment that somebody should look at, with what people say of it."""

    comment: Comment
    complaints: list[Complaint]
    blocked: Block | None


def to_look_at(initiative: Initiative, *, now: datetime) -> list[Waiting]:
    """Held, or complained of since somebody decided; the oldest first. Three queries."""
    fresh = Q(complaints__isnull=False) & (Q(decided_at=None) | Q(complaints__at__gt=F("decided_at")))
    rows = Comment.objects.filter(initiative=initiative).filter(
        Q(state=Comment.State.HELD) | Q(state=Comment.State.SHOWN) & fresh
    )
    found = list(rows.distinct().order_by("id")[:MOST_TO_LOOK_AT])
    complaints: dict[int, list[Complaint]] = defaultdict(list)
    for one in Complaint.objects.filter(comment__in=found).order_by("id"):
        complaints[one.comment_id].append(one)
    writers = {one.resident_id for one in found if one.resident_id is not None}
    blocks = Block.objects.filter(resident__in=writers, lifted_at=None, until__gt=now)
    blocked = {one.resident_id: one for one in blocks}
    return [Waiting(one, complaints[one.pk], blocked.get(one.resident_id or 0)) for one in found]


def hidden_in(initiative: Initiative) -> list[Comment]:
    """What was hidden, the latest decision first: a mistake can be undone."""
    rows = Comment.objects.filter(initiative=initiative, state=Comment.State.HIDDEN)
    return list(rows.select_related("decided_by").order_by("-decided_at", "-id")[:50])


def waiting_in(initiative: Initiative) -> int:
    """How many nobody reads before somebody looked. One query."""
    return Comment.objects.filter(initiative=initiative, state=Comment.State.HELD).count()
