"""What this room holds about a resident with an account: what was sent with their e-mail address or number."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.areas.queries import tree
from core.events.log import Happened
from participation.cases.actions.saving import hold_with_mains, lock_with_main
from participation.cases.actions.small_win import note_consent
from participation.cases.models import Consent
from participation.cases.search import remember_contact
from participation.reports.models import Contact, Draft, Held, Listener, Report, Supporter
from participation.reports.queries import (
    following,
    public_receipt,
    receipt_of,
    tracking_url,
    wijk_of,
    written,
)
from participation.reports.returning import tokens_of_address
from participation.reports.tokens import token_matching
from participation.residents.addresses import tidy_phone
from participation.residents.holdings import Item, Section, register_holding, register_section
from participation.residents.models import Resident

SHOWN = 3
"""Reports that stand on `/mijn/` itself."""
WORDS = {
    "reports": gettext_lazy("Reports"),
    "held": gettext_lazy("Reports that are being checked"),
    "supported": gettext_lazy("Seen too"),
    "reference": gettext_lazy("Reference"),
    "createdAt": gettext_lazy("Sent"),
    "status": gettext_lazy("Status"),
    "category": gettext_lazy("Category"),
    "area": gettext_lazy("Neighbourhood"),
    "text": gettext_lazy("Text"),
    "address": gettext_lazy("Address"),
    "location": gettext_lazy("Place"),
    "answers": gettext_lazy("Answers"),
    "photos": gettext_lazy("Photos"),
    "messages": gettext_lazy("Messages"),
    "at": gettext_lazy("When"),
    "by": gettext_lazy("Who"),
    "feedback": gettext_lazy("Solved, you said"),
    "contact": gettext_lazy("Contact details"),
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail address"),
    "phone": gettext_lazy("Phone number"),
    "language": gettext_lazy("Language"),
    "link": gettext_lazy("Private link"),
}


def connect_holding() -> None:
    register_holding(
        "reports",
        gettext_lazy("Your reports"),
        export=export,
        erase=erase,
        goes=gettext_lazy("Your name, e-mail address and number with your reports. You hear no more about them."),
        stays=gettext_lazy("Your reports themselves, as of somebody unknown, so that the work can go on."),
        words=WORDS,
    )
    register_section("reports", section_of)


def export(resident: Resident) -> dict[str, Any]:
    """Every report and held report with their address, and what they saw too."""
    found = {
        "reports": [_report(one) for one in _reports(resident)],
        "held": [_held(one) for one in _held_of(resident)],
        "supported": [_supported(one) for one in _supporters(resident).select_related("case__category")],
    }
    return {name: rows for name, rows in found.items() if rows}


def erase(resident: Resident, now: datetime) -> list[Happened]:
    """How they can be reached goes, and as whom they are thanked; the reports stay, as of somebody unknown."""
    reports = list(_reports(resident).order_by("pk"))
    hold_with_mains(report.pk for report in reports)
    happened: list[Happened] = []
    for report in reports:
        lock_with_main(report.pk)  # before the words that it is found by, as everybody does
        Contact.objects.filter(report=report).delete()
        Listener.objects.filter(report=report).delete()
        remember_contact(report.pk, written(report, None).contact)
        if Consent.objects.filter(case_id=report.pk).exclude(name="").exists():
            happened.append(note_consent(case_id=report.pk, photos=None, name="", now=now)[1])
    Listener.objects.filter(supporter__in=_supporters(resident)).delete()
    _supporters(resident).update(email="", phone="", confirmed_at=None)
    for held in _held_of(resident).select_for_update():
        held.content = (held.content or {}) | {"contact": {"name": "", "email": "", "phone": ""}}
        held.save(update_fields=["content"])
    drafts = Draft.objects.filter(gemeente_id=resident.gemeente_id)
    if resident.email:
        drafts.filter(values__email__iexact=resident.email).delete()
    if resident.phone:
        typed = drafts.filter(values__has_key="phone").values_list("pk", "values__phone")
        theirs = [pk for pk, phone in typed if isinstance(phone, str) and tidy_phone(phone) == resident.phone]
        drafts.filter(pk__in=theirs).delete()
    return happened


def section_of(_request: HttpRequest, resident: Resident) -> Section:
    """Their newest reports on `/mijn/`, and the way to all."""
    newest = list(_reports(resident)[:SHOWN])
    items = []
    for report in newest:
        shown = receipt_of(report.case)
        sent = date_format(localtime(report.case.created_at), "j F Y")
        note = f"{shown['statusLabel']} · {sent}"
        items.append(Item(label=shown["category"]["name"], address=reverse("my_reports"), note=note))
    return Section(
        title=_("My reports"),
        text="" if items else _("Nothing is sent with your address yet."),
        items=items,
        address=reverse("my_reports"),
        link=_("All my reports"),
    )


def tokens_of(resident: Resident) -> list[str]:
    """Of the newest reports with their addresses."""
    addresses = filter(None, (resident.email, resident.phone))
    found = [token for one in addresses for token in tokens_of_address(one, resident.gemeente_id)]
    return list(dict.fromkeys(found))


def _with_address(resident: Resident, prefix: str = "") -> Q:
    """Rows with one of their addresses; none for a resident without any, who cannot be."""
    mails = Q(**{f"{prefix}email__iexact": resident.email}) if resident.email else Q()
    phones = Q(**{f"{prefix}phone": resident.phone}) if resident.phone else Q()
    return (mails | phones) or Q(pk__in=[])


def _reports(resident: Resident) -> QuerySet[Report]:
    """The newest first."""
    theirs = Report.objects.filter(_with_address(resident, "contact__"), case__gemeente_id=resident.gemeente_id)
    read = theirs.select_related("case__category", "case__duplicate_of__category", "case__consent")
    return read.order_by("-case__created_at", "-pk")


def _supporters(resident: Resident) -> QuerySet[Supporter]:
    return Supporter.objects.filter(_with_address(resident), case__gemeente_id=resident.gemeente_id)


def _held_of(resident: Resident) -> QuerySet[Held]:
    return Held.objects.filter(_with_address(resident, "content__contact__"), gemeente_id=resident.gemeente_id)


def _report(report: Report) -> dict[str, Any]:
    told = following(report)
    token = token_matching(report.tracking_seed, report.tracking_hash)
    return {
        "reference": told["reference"],
        "createdAt": told["createdAt"],
        "status": told["statusLabel"],
        "category": told["category"]["name"],
        "area": told["area"]["name"],
        "text": told["text"],
        "address": told["address"],
        "location": _place(told["location"]["coordinates"]),
        "answers": [f"{one['question']}: {one['answer']}" for one in told["answers"]],
        "photos": sum(one["fromResident"] for one in told["photos"]),
        "messages": [
            {"at": one["at"], "by": _("You") if one["fromResident"] else one["by"], "text": one["text"]}
            for one in told["messages"]
        ],
        "feedback": told["feedback"]["solved"] if told["feedback"] else None,
        "contact": told["contact"],
        "language": report.case.language,
        "link": tracking_url(report.case.gemeente_id, token) if token else None,
    }


def _held(held: Held) -> dict[str, Any]:
    content = held.content or {}
    area = wijk_of(tree().ancestors(content["area"]))
    return {
        "reference": held.reference,
        "createdAt": held.created_at,
        "area": area.name,
        "text": content["text"],
        "address": content["address"],
        "location": _place([content["lon"], content["lat"]]),
        "answers": [f"{one['question']}: {one['answer']}" for one in content["worded"]],
        "contact": content["contact"],
        "language": content["language"],
    }


def _supported(supporter: Supporter) -> dict[str, Any]:
    seen = public_receipt(supporter.case)
    return {
        "reference": seen["reference"],
        "category": seen["category"]["name"],
        "createdAt": supporter.created_at,
        "email": supporter.email,
        "phone": supporter.phone,
        "language": supporter.language,
    }


def _place(coordinates: list[float]) -> str:
    """ "52.00512, 5.00213": latitude first, as maps take it."""
    lon, lat = coordinates
    return f"{lat}, {lon}"
