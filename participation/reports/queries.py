"""Every read of reports: the receipt, the tracking page, the public map, look-alikes nearby."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.api.parsing import moment
from core.areas.queries import AreaRow, tree
from core.areas.tenancy import site_of
from core.errors import NotFound
from core.events.models import Event
from core.events.queries import history
from core.media.urls import photo_url
from participation.cases.answers import with_name
from participation.cases.events import FOR_RESIDENTS, RECEIVED, subject_of
from participation.cases.models import Case, CasePhoto, Message
from participation.cases.queries import category_ids, category_of, parted
from participation.cases.shapes import moment_or_none, point
from participation.cases.spoken import language_of
from participation.cases.states import CLOSED, OPEN, RESIDENT_LABELS, Status
from participation.cases.subjects import Person, Subject, Written
from participation.cases.wins import told_of
from participation.organisations.queries import public_person, roster
from participation.reports.channels import Channel, channels_of
from participation.reports.models import Contact, Feedback, Report, Supporter
from participation.reports.tokens import hash_of, token_matching
from participation.routing.models import Category
from participation.routing.wording import words_of

AGAIN_AFTER = timedelta(weeks=4)
"""When we ask once more whether it is still solved."""


def tracking_url(gemeente_id: int, token: str) -> str:
    """The private link. The page behind it swaps the token for a cookie at once."""
    return f"{site_of(gemeente_id)}/volgen/{token}/"


def resident_status(status: str) -> str:
    """One of the seven plain words."""
    return str(RESIDENT_LABELS[Status(status)])


def public_status(status: str) -> str:
    """The same for who did not report it: nobody waits for them."""
    return _("Waiting for an answer") if status == Status.WAITING else resident_status(status)


def handler(case: Case) -> dict[str, Any]:
    """Who has it: the team, and the professional where there is one who shows their face."""
    team = roster().teams[case.team_id]
    person = roster().people.get(case.assignee_id) if case.assignee_id else None
    return {
        "team": {"name": team.name, "organisation": team.organisation},
        "professional": public_person(person) if person and person.is_public else None,
    }


def receipt(case: Case, category: Category | None) -> dict[str, Any]:
    """What the reporter gets back, all but the tracking token."""
    assert category is not None  # only an initiative or a poll can be without
    area = wijk_of(tree().ancestors(case.area_id))
    words = words_of(category)
    return {
        "reference": case.reference,
        "status": case.status,
        "statusLabel": resident_status(case.status),
        "category": {"slug": category.slug, "name": words.name},
        "area": {"code": area.code, "name": area.name, "level": area.level},
        "handler": handler(case),
        "promise": {
            "firstResponseBy": moment_or_none(case.respond_by),
            "resolveBy": moment_or_none(case.resolve_by),
            "text": words.promise,
        },
        "createdAt": moment_or_none(case.created_at),
    }


def receipt_of(case: Case) -> dict[str, Any]:
    """The receipt of a report as it is now: one that was linked shows how it stands with the case it is linked to."""
    own = receipt(case, case.category)
    if case.duplicate_of is None:
        return own
    kept = {name: own[name] for name in ("reference", "category", "area", "createdAt")}
    return receipt(case.duplicate_of, case.duplicate_of.category) | kept


def public_receipt(case: Case) -> dict[str, Any]:
    """The receipt as somebody reads it who did not report it."""
    return receipt(case, case.category) | {"statusLabel": public_status(case.status)}


def wijk_of(chain: Sequence[AreaRow]) -> AreaRow:
    """Residents think in wijken: that level where there is one, else the smallest."""
    return next((area for area in chain if area.level == "wijk"), chain[0])


def following(report: Report) -> dict[str, Any]:
    """Everything the tracking page shows, in the reporter's words. 5 queries; one more for a linked report.

    A report that was linked to another shows how it stands with that one, and what was written to everyone since.
    What another reporter wrote or sent is shown to nobody but professionals.
    """
    case = report.case
    main = case.duplicate_of or case
    theirs = Q(case=case)
    if main is not case:
        theirs |= Q(case=main, from_resident=False, created_at__gte=case.closed_at)
    answered = Feedback.objects.filter(report=report, closed_at=main.closed_at).first() if main.closed_at else None
    contact = Contact.objects.filter(report=report).first()
    photos = CasePhoto.objects.filter(photos_for(case), for_resident=True)
    name = contact.name if contact else ""
    messages = list(Message.objects.filter(theirs))
    happened = [event for event in history(subject_of(case.reference)) if event.type in FOR_RESIDENTS]
    version, steps = len(happened), steps_of(happened)
    if main is not case:
        happened = [event for event in history(subject_of(main.reference)) if event.type in FOR_RESIDENTS]
        version, steps = version + len(happened), steps_of(happened)
        steps[:1] = [one | {"at": moment_or_none(case.created_at)} for one in steps[:1]]
    return receipt_of(case) | {
        "linked": main is not case,
        "closed": main.status in CLOSED,
        "closedAt": moment_or_none(main.closed_at),
        "text": report.text,
        "address": case.address,
        "location": point(case),
        "answers": readable_answers(report),
        "photos": [
            {
                "thumbnailUrl": photo_url(one.photo_id, "thumb"),
                "url": photo_url(one.photo_id, "large"),
                "fromResident": one.from_resident,
                "withReport": one.from_resident and one.message_id is None,
                "stage": one.stage,
            }
            for one in photos
        ],
        "messages": [
            {
                "text": one.text if one.from_resident else with_name(one.text, name, case.language),
                "fromResident": one.from_resident,
                "language": "" if one.from_resident else language_of(one.text, case.language),
                "by": _name(one.professional_id),
                "at": moment_or_none(one.created_at),
            }
            for one in messages
        ],
        "history": steps,
        "feedback": {"solved": answered.solved, "confirmed": answered.confirmed_at is not None} if answered else None,
        "withdrawn": report.withdrawn_at is not None,
        "complimented": report.complimented_at is not None,
        "consent": _consent(case),
        "contact": {"name": contact.name, "email": contact.email, "phone": contact.phone} if contact else None,
        "updatesBy": [channel.value for channel in channels_of(contact)],
        "phoneRefused": bool(contact and contact.phone_refused),
        "version": version,
    }


def _consent(case: Case) -> dict[str, Any] | None:
    """What the reporter said to a page that shows their photo, and that page; None when nobody asked.

    No query with the case's consent joined in, and where there is none; else those for the page.
    """
    said = getattr(case, "consent", None)
    if said is None:
        return None
    page = told_of(case.pk)
    return {
        "photos": said.photos,
        "thankAs": said.name,
        "page": {"title": page.title, "url": page.url} if page else None,
    }


def asks_again(feedback: Feedback, now: datetime) -> bool:
    """Whether it is time to ask if it is still solved."""
    return feedback.confirmed_at is None and now >= feedback.closed_at + AGAIN_AFTER


def photos_for(case: Case) -> Q:
    """Which photos the reporter of this case may see: their own case's, and a professional's since it was linked."""
    if case.duplicate_of_id is None:
        return Q(case=case)
    since = Q(case_id=case.duplicate_of_id, from_resident=False, photo__created_at__gte=case.closed_at)
    return Q(case=case) | since


def steps_of(happened: Sequence[Event]) -> list[dict[str, Any]]:
    """The statuses it went through; given from colleague to colleague it stays in one."""
    steps: list[dict[str, Any]] = []
    for event in happened:
        to = event.payload.get("to") or event.payload.get("status")
        to = to or (Status.RECEIVED.value if event.type == RECEIVED else None)
        if to and (not steps or steps[-1]["status"] != to):
            steps.append({"status": to, "statusLabel": resident_status(to), "at": moment_or_none(event.at)})
    return steps


def _name(professional_id: int | None) -> str:
    person = roster().people.get(professional_id) if professional_id else None
    return person.name if person else ""


def readable_answers(report: Report) -> list[dict[str, str]]:
    """`[{"key", "question", "answer"}]` in the words of when they were given, whatever the category is now."""
    return [{name: one[name] for name in ("key", "question", "answer")} for one in report.answers]


def subject_of_report(case_id: int) -> Subject:
    """What professionals read: the text, the answers and which ways there are to reach the reporter."""
    last = Feedback.objects.filter(report=OuterRef("pk")).order_by("-created_at", "-pk")
    verdict = {f"said_{name}": Subquery(last.values(name)[:1]) for name in ("solved", "text", "created_at")}
    report: Any = (
        Report.objects.select_related("contact")
        .annotate(
            **verdict, confirmed=_confirmed(case_id=OuterRef("pk")) + _confirmed(case__duplicate_of=OuterRef("pk"))
        )
        .get(pk=case_id)
    )
    contact = getattr(report, "contact", None)
    said = None
    if report.said_created_at is not None:
        said = {"solved": report.said_solved, "text": report.said_text, "at": moment(report.said_created_at)}
    return {
        "text": report.text,
        "answers": readable_answers(report),
        "channels": {
            "email": bool(contact and contact.email),
            "phone": bool(contact and contact.phone),
            "sms": Channel.SMS in channels_of(contact),
        },
        "extra": {
            "proposed": report.proposed,
            "observedAt": moment_or_none(report.observed_at),
            "feedback": said,
            "supportersConfirmed": report.confirmed,
        },
    }


def _confirmed(**of: OuterRef) -> Coalesce:
    """How many supporters of it showed that their e-mail address or number is theirs."""
    those = Supporter.objects.filter(counted=True, confirmed_at__isnull=False, **of).order_by()
    many = those.values(all=Value(1)).annotate(many=Count("pk")).values("many")
    return Coalesce(Subquery(many), 0)


def person_of_report(case_id: int) -> Person | None:
    """How the reporter can be reached; None when they are anonymous."""
    contact = Contact.objects.filter(report_id=case_id).first()
    return {"name": contact.name, "email": contact.email, "phone": contact.phone} if contact else None


def reports_of_same_person(case_id: int) -> QuerySet[Contact, int] | None:
    """Ids of all reports with the same e-mail address or phone number; None when they left neither."""
    contact = Contact.objects.filter(report_id=case_id).first()
    same = Q()
    if contact and contact.email:
        same |= Q(email__iexact=contact.email)
    if contact and contact.phone:
        same |= Q(phone=contact.phone)
    return Contact.objects.filter(same).values_list("report_id", flat=True) if same else None


def words_of_reports(case_ids: Sequence[int]) -> dict[int, Written]:
    """By which words these cases are found. One query."""
    return {
        report.pk: written(report, getattr(report, "contact", None))
        for report in Report.objects.filter(pk__in=case_ids).select_related("contact")
    }


def written(report: Report, contact: Contact | None) -> Written:
    """The words of a report: its text and answers, and apart from them the contact data."""
    return Written(
        texts=(report.text, *(str(one["answer"]) for one in report.answers)),
        contact=(contact.name, contact.email, contact.phone) if contact else (),
    )


def public_reports(
    *,
    gemeente_id: int | None,
    bbox: tuple[float, float, float, float] | None = None,
    area: AreaRow | None = None,
    category: str = "",
    status: str = "",
) -> QuerySet[Case]:
    """Public reports; solved ones stay visible, and of what was reported twice the main one.

    `gemeente_id` None means every municipality here.
    """
    gemeenten = {gemeente_id} if gemeente_id is not None else _gemeenten_in(bbox)
    cases = Case.objects.filter(
        kind=Case.Kind.REPORT,
        visibility=Case.Visibility.PUBLIC,
        duplicate_of__isnull=True,
        gemeente_id__in=sorted(gemeenten),
    )
    if bbox:
        west, south, east, north = bbox
        cases = cases.filter(lon__range=(west, east), lat__range=(south, north))
    if area is not None and area.parent_id is not None:
        cases = cases.filter(area_id__in=tree().descendants(area.id))
    elif area is not None:
        cases = cases.filter(gemeente_id=area.id)
    if category:
        cases = cases.filter(category_id__in={pk for one in gemeenten for pk in category_ids(one, category)})
    if status == "open":
        cases = cases.filter(closed_at__isnull=True)
    elif status:
        cases = cases.filter(status=status)
        if status in OPEN:
            cases = cases.filter(closed_at__isnull=True)  # says so to the index of open cases
    return cases


def public_parts(
    *,
    gemeente_id: int | None,
    bbox: tuple[float, float, float, float] | None,
    area: AreaRow | None,
    category: str,
    status: str,
) -> list[QuerySet[Case]]:
    """The same as querysets that share no row and lie in order in an index each, for `KeysetPagination` to merge."""
    cases = public_reports(gemeente_id=gemeente_id, bbox=bbox, area=area, category=category, status=status)
    gemeenten = {gemeente_id} if gemeente_id is not None else _gemeenten_in(bbox)
    if area is not None and area.parent_id is not None:
        name, ids = "area_id", frozenset(tree().descendants(area.id))
    elif category:
        name, ids = "category_id", frozenset(pk for one in gemeenten for pk in category_ids(one, category))
    else:
        name, ids = "gemeente_id", frozenset(gemeenten)
    return parted([cases], name, ids) or [cases]


def _gemeenten_in(bbox: tuple[float, float, float, float] | None) -> set[int]:
    """Ids of the municipalities here, or of those that may lie in `bbox`."""
    west, south, east, north = bbox or (-180.0, -90.0, 180.0, 90.0)
    return {
        row.id
        for row in tree().gemeenten()
        if row.bbox[0] <= east and row.bbox[2] >= west and row.bbox[1] <= north and row.bbox[3] >= south
    }


def feature(case: Case) -> dict[str, Any]:
    """A public report on the map: what kind, how it stands, since when; nothing the resident wrote."""
    category = category_of(case)
    return {
        "type": "Feature",
        "id": case.reference,
        "geometry": point(case),
        "properties": {
            "reference": case.reference,
            "category": {"slug": category.slug, "name": words_of(category).name} if category else None,
            "status": case.status,
            "statusLabel": public_status(case.status),
            "solved": case.status == Status.RESOLVED,
            "createdAt": moment_or_none(case.created_at),
            "closedAt": moment_or_none(case.closed_at),
        },
    }


def stages(followed: dict[str, Any], *, label: Callable[[str], str] = resident_status) -> list[dict[str, Any]]:
    """The road of a report as steps to show: label, whether it is behind us or now, and when.

    Behind us stands only what happened; ahead of us what every report that goes well comes to.
    """
    reached = {step["status"]: step["at"] for step in followed["history"]}
    if Status.REOPENED in reached:
        reached.setdefault(Status.ASSIGNED, reached[Status.REOPENED])
    now_at = followed["status"]
    current = Status.ASSIGNED if now_at in (Status.REOPENED, Status.MERGED) else Status(now_at)
    closing = Status.UNRESOLVED if now_at == Status.UNRESOLVED else Status.RESOLVED
    road = [Status.RECEIVED, Status.ASSIGNED, Status.IN_PROGRESS, Status.PLANNED, Status.WAITING, closing]
    here = road.index(current)
    behind = [status for status in road[:here] if status == Status.RECEIVED or status in reached]
    ahead = [status for status in road[here + 1 :] if status not in (Status.PLANNED, Status.WAITING)]
    return [
        {
            "status": status.value,
            "label": label(status),
            "done": status in behind,
            "current": status == current,
            "at": None if status in ahead else reached.get(status),
        }
        for status in (*behind, current, *ahead)
    ]


def reports_of_token(token: str, only: int | None) -> QuerySet[Report]:
    """The one report this token opens, or none; `only` limits it to one gemeente."""
    reports = Report.objects.filter(tracking_hash=hash_of(token))
    return reports if only is None else reports.filter(case__gemeente_id=only)


def reports_of_tokens(tokens: Sequence[str], *, only: int | None) -> dict[str, dict[str, Any]]:
    """The receipt of each report that one of these tokens opens, by its token and in their order. One query."""
    by_hash = {hash_of(token): token for token in tokens}
    found = Report.objects.filter(tracking_hash__in=by_hash).select_related("case__category", "case__duplicate_of")
    if only is not None:
        found = found.filter(case__gemeente_id=only)
    shown = {by_hash[report.tracking_hash]: receipt_of(report.case) for report in found}
    return {token: shown[token] for token in tokens if token in shown}


def token_of_reference(reference: str) -> str:
    """The tracking token of a report just sent, computed again from its seed."""
    report = Report.objects.get(case__reference=reference)
    token = token_matching(report.tracking_seed, report.tracking_hash)
    if token is None:
        raise NotFound
    return token
