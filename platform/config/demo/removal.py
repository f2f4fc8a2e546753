"""Takes the demonstration out: everything of its two municipalities, and nothing else."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cms.home.actions import take_down_site
from config.demo import content
from core.accounts.models import User
from core.areas.models import Area, Tenant
from core.events.models import Event, Stream, StreamEntry
from core.media.actions import erase_photos
from core.media.models import Photo
from participation.cases.events import case_stream
from participation.cases.models import Case, Forwarding, Handover, StandardAnswer
from participation.initiatives.events import initiative_stream
from participation.initiatives.models import HelpRequest, Initiative, InitiativeSettings, Threshold
from participation.organisations.models import Organisation, Professional, Team, team_streams
from participation.polls.events import poll_stream
from participation.polls.models import Ballot, Batch, Code, Poll, RollEntry, SetAside, Turnout, Words
from participation.reports.models import Report
from participation.residents.models import Resident
from participation.routing.models import Category, ClosedDay, Responsibility, Theme


def remove() -> None:
    """From the leaves to the roots, in one transaction; photos' files go after the commit."""
    with transaction.atomic():
        areas = Area.objects.filter(gemeente__code__in=content.GEMEENTEN)
        roots = list(areas.filter(parent=None).values_list("pk", flat=True))
        if not roots:
            return
        for root in roots:
            take_down_site(root)
        cases = Case.objects.filter(gemeente_id__in=roots)
        teams = Team.objects.filter(gemeente_id__in=roots)
        streams = [case_stream(reference) for reference in cases.values_list("reference", flat=True)]
        streams += [name for pk in teams.values_list("pk", flat=True) for name in team_streams(pk)]
        streams += [f"wijk:{code}" for code in areas.values_list("code", flat=True)]
        initiatives = Initiative.objects.filter(gemeente_id__in=roots)
        streams += [initiative_stream(slug) for slug in initiatives.values_list("slug", flat=True)]
        asked = Poll.objects.filter(gemeente_id__in=roots)
        streams += [poll_stream(slug) for slug in asked.values_list("slug", flat=True)]
        erase_polls(asked)
        HelpRequest.objects.filter(initiative__in=initiatives).delete()
        initiatives.delete()
        Resident.objects.filter(gemeente_id__in=roots).delete()
        Threshold.objects.filter(gemeente_id__in=roots).delete()
        InitiativeSettings.objects.filter(gemeente_id__in=roots).delete()
        Report.objects.filter(case__in=cases).delete()
        Handover.objects.filter(gemeente_id__in=roots).delete()
        Forwarding.objects.filter(case__in=cases).delete()
        cases.delete()
        StreamEntry.objects.filter(event__gemeente_id__in=roots).delete()
        Event.objects.filter(gemeente_id__in=roots).delete()
        Stream.objects.filter(name__in=streams, entries=None).delete()
        Responsibility.objects.filter(gemeente_id__in=roots).delete()
        Professional.objects.filter(gemeente_id__in=roots).delete()
        User.objects.filter(is_demo=True).delete()
        teams.delete()
        Organisation.objects.filter(gemeente_id__in=roots).delete()
        Category.objects.filter(gemeente_id__in=roots).exclude(parent=None).delete()
        Category.objects.filter(gemeente_id__in=roots).delete()
        Theme.objects.filter(gemeente_id__in=roots).delete()
        ClosedDay.objects.filter(gemeente_id__in=roots).delete()
        StandardAnswer.objects.filter(gemeente_id__in=roots).delete()
        erase_photos(Photo.objects.filter(gemeente_id__in=roots).values_list("pk", flat=True))
        Tenant.objects.filter(gemeente_id__in=roots).delete()
        DBTaskResult.objects.filter(status=TaskResultStatus.READY).delete()  # work owed for what is gone
        for level in (Area.Level.BUURT, Area.Level.WIJK, Area.Level.STADSDEEL):
            areas.filter(level=level).delete()
        Area.objects.filter(pk__in=roots).update(gemeente=None)
        Area.objects.filter(pk__in=roots).delete()


def erase_polls(polls: QuerySet[Poll]) -> None:
    """Polls with everything of them; what a poll protects goes first."""
    Words.objects.filter(question__poll__in=polls).delete()
    for table in (Ballot, SetAside, RollEntry, Turnout):
        table._default_manager.filter(poll__in=polls).delete()
    Code.objects.filter(batch__poll__in=polls).exclude(replaces=None).delete()
    Code.objects.filter(batch__poll__in=polls).delete()
    Batch.objects.filter(poll__in=polls).delete()
    polls.delete()
