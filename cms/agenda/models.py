"""The agenda: events, once or again and again, and who comes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from cms.agenda import queries
from cms.agenda.choices import Repeat
from cms.agenda.forms import EventForm
from cms.agenda.recurrence import (
    MOST,
    Change,
    Occurrence,
    Repeats,
    Rule,
    all_occurrences,
    naive,
    occurrence_on,
)
from cms.base.around import LEVELS
from cms.base.blocks import BodyField
from cms.base.models import BODY, THEME, SitePage, photo_field
from core.areas.tenancy import scope_of
from core.ui.languages import own_name
from participation.routing.wording import theme_name

PER_PAGE = 20
MORE_DATES = 8
"""Other times of a series that its page names."""
MOST_PEOPLE = 10
"""For whom one person may sign up at once, itself included."""


class AgendaIndexPage(SitePage):
    """`/agenda/`: what there is to do, by day."""

    template = "cms/agenda_index.html"
    parent_page_types = ["cms_home.HomePage"]
    subpage_types = ["cms_agenda.EventPage"]
    max_count_per_parent = 1
    page_description = _("The agenda. Events that are for everyone have their page below this one.")

    class Meta:
        verbose_name = _("agenda")
        verbose_name_plural = _("agendas")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        now = timezone.now()
        home = self.get_parent()
        chosen = queries.read_filters(home, request.GET)
        found = queries.occurrences_of(
            queries.events(home, now, past=chosen.past, area_id=chosen.area_id, theme_id=chosen.theme_id),
            now,
            past=chosen.past,
        )
        found = found if chosen.past else queries.without_far_series(found, now)
        shown = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
        return context | {
            "chosen": chosen,
            "occurrences": shown,
            "months": queries.by_month(queries.with_full(shown.object_list, now)),
            "feed": f"/feeds/wijk/{chosen.area.code}/agenda.ics" if chosen.area else "/feeds/agenda.ics",
            "now": now,
        }


class EventPage(SitePage):
    """One event, or a series. Below the page of a wijk it is that wijk's; below the agenda it may be anybody's."""

    class SignUp(models.TextChoices):
        NONE = "none", _("Not needed: just come")
        LINK = "link", _("On another website")
        HERE = "here", _("Here, on this page")

    class Wheelchair(models.TextChoices):
        UNKNOWN = "", _("Not known")
        YES = "yes", _("Yes")
        HELP = "help", _("With some help")
        NO = "no", _("No")

    lead = models.CharField(
        _("in one or two sentences"), max_length=300, help_text=_("What is there to do, and for whom?")
    )
    starts_at = models.DateTimeField(_("begins"), help_text=_("Of a series: the first time."))
    ends_at = models.DateTimeField(_("ends"))
    whole_day = models.BooleanField(_("the whole day"), default=False, help_text=_("Then the times do not count."))
    repeats = models.CharField(_("how often"), max_length=10, choices=Repeat, blank=True, default=Repeat.ONCE)
    repeats_until = models.DateField(_("last day"), null=True, blank=True)
    repeats_times = models.PositiveSmallIntegerField(
        _("or how many times"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2), MaxValueValidator(MOST)],
    )
    over_at = models.DateTimeField(editable=False, db_index=True)
    """When the last time ends; follows from the fields above."""

    area = models.ForeignKey(
        "areas.Area",
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        limit_choices_to={"level__in": LEVELS},
        verbose_name=_("neighbourhood"),
        help_text=_("Leave empty for an event that is for everyone."),
    )
    theme = models.ForeignKey(
        "routing.Theme", models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("theme")
    )
    place = models.CharField(_("where"), max_length=100, help_text=_("The name of the place, as people know it."))
    address = models.CharField(
        _("address"), max_length=150, blank=True, help_text=_("Street, number and town. We look it up for the map.")
    )
    lon = models.FloatField(editable=False, null=True)
    lat = models.FloatField(editable=False, null=True)
    wheelchair = models.CharField(
        _("can people come in with a wheelchair?"), max_length=5, choices=Wheelchair, blank=True, default=""
    )
    access = models.CharField(
        _("more about access"),
        max_length=200,
        blank=True,
        help_text=_("A lift, a toilet, an induction loop, a sign language interpreter."),
    )
    organiser = models.CharField(_("who organises it"), max_length=120, blank=True)
    professional = models.ForeignKey(
        "organisations.Professional",
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("professional to ask"),
        help_text=_("Stands on the page with name and role."),
    )
    photo = photo_field()
    costs = models.CharField(_("costs"), max_length=100, blank=True, help_text=_("Leave empty when it is free."))
    languages = models.JSONField(_("languages that are spoken"), default=list, blank=True)
    body = BodyField()
    cancelled = models.BooleanField(
        _("it is cancelled"),
        default=False,
        help_text=_("The page stays and says so. People who signed up get a message when you publish."),
    )
    cancelled_reason = models.CharField(_("why"), max_length=200, blank=True)
    sign_up = models.CharField(_("signing up"), max_length=10, choices=SignUp, default=SignUp.NONE)
    sign_up_link = models.URLField(_("address of that website"), blank=True)
    seats = models.PositiveIntegerField(
        _("seats"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5000)],
        help_text=_("For each time. Leave empty when there is room for everybody."),
    )
    most_people = models.PositiveSmallIntegerField(
        _("people per sign-up"), default=4, validators=[MinValueValidator(1), MaxValueValidator(MOST_PEOPLE)]
    )
    waiting_list = models.BooleanField(_("a waiting list when it is full"), default=True)
    closes_hours = models.PositiveSmallIntegerField(
        _("sign-up closes"),
        default=0,
        validators=[MaxValueValidator(24 * 60)],
        help_text=_("Hours before it begins. 48 is two days."),
    )

    area_follows_place = True
    template = "cms/event.html"
    parent_page_types = ["cms_agenda.AgendaIndexPage", "cms_wijken.WijkPage"]
    subpage_types: list[str] = []
    base_form_class = EventForm
    page_description = _("Something to go to: once, or every week or month. People can sign up here.")
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("lead"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                FieldPanel("whole_day"),
                FieldRowPanel([FieldPanel("repeats"), FieldPanel("repeats_until"), FieldPanel("repeats_times")]),
            ],
            heading=_("When"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("place"),
                FieldPanel("address"),
                FieldRowPanel([FieldPanel("wheelchair"), FieldPanel("access")]),
                FieldPanel("area"),
            ],
            heading=_("Where"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("organiser"), FieldPanel("professional")]),
                FieldRowPanel([FieldPanel("costs"), THEME]),
                FieldPanel("languages"),
            ],
            heading=_("For whom and by whom"),
        ),
        FieldPanel("photo"),
        BODY,
        MultiFieldPanel(
            [
                FieldPanel("sign_up"),
                FieldPanel("sign_up_link", classname="sign-up-link"),  # beheer.css shows them with their choice only
                FieldRowPanel(
                    [FieldPanel("seats"), FieldPanel("most_people"), FieldPanel("closes_hours")],
                    classname="sign-up-here",
                ),
                FieldPanel("waiting_list", classname="sign-up-here"),
                HelpPanel(template="agenda/who_comes.html", classname="sign-up-here"),
            ],
            heading=_("Signing up"),
        ),
        InlinePanel(
            "changes",
            heading=_("Dates that are different"),
            label=_("date"),
            help_text=_("For a series: a date on which it is not, or at another time."),
        ),
        MultiFieldPanel([FieldPanel("cancelled"), FieldPanel("cancelled_reason")], heading=_("Cancelled")),
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def rule(self) -> Rule:
        """When it takes place, for `recurrence`."""
        return Rule(
            start=naive(self.starts_at),
            end=naive(self.ends_at),
            whole_day=self.whole_day,
            repeats=Repeats(self.repeats),
            until=self.repeats_until,
            times=self.repeats_times,
            changes=[one.change() for one in self.changes.all()],
            cancelled=self.cancelled,
        )

    def occurrence_on(self, on: date) -> Occurrence | None:
        return occurrence_on(self.rule(), on)

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        starts_at: datetime | None = self.starts_at  # a form that lacks it comes here too
        ends_at: datetime | None = self.ends_at
        if starts_at and ends_at:
            length = ends_at - starts_at
            if length < timedelta() or (length == timedelta() and not self.whole_day):
                wrong["ends_at"] = _("It must end after it begins.")
            elif length > timedelta(days=31):
                wrong["ends_at"] = _("An event takes 31 days at most. Make a series, or write a page about it.")
            elif self.repeats and length >= timedelta(days=6):
                wrong["ends_at"] = _("One time of a series must end before the next begins.")
        if self.repeats and not (self.repeats_until or self.repeats_times):
            wrong["repeats_until"] = _("Give a last day, or how many times.")
        if self.repeats and self.repeats_until and starts_at:
            first = naive(starts_at).date()
            if self.repeats_until < first:
                wrong["repeats_until"] = _("The last day lies before the first.")
            elif self.repeats_until > first + timedelta(days=3 * 366):
                wrong["repeats_until"] = _("Three years ahead at most.")
        if self.sign_up == self.SignUp.LINK and not self.sign_up_link:
            wrong["sign_up_link"] = _("Give the address where people sign up.")
        if wrong:
            raise ValidationError(wrong)

    def save(self, *args: Any, **kwargs: Any) -> Any:
        self.over_at = max(one.end for one in all_occurrences(self.rule()))
        return super().save(*args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        now = timezone.now()
        every = all_occurrences(self.rule())
        shown = self.shown(now, queries.read_date(request.GET.get("dag", "")))
        parent = self.get_parent()
        return context | {
            "occurrence": shown,
            "over": shown.end <= now,
            "others": [one for one in every if one.end > now and one.on != shown.on][:MORE_DATES],
            "series": len(every) > 1,
            "signing": queries.signing_up(self, shown, now) if not getattr(request, "is_preview", False) else None,
            "people": queries.people_to_ask(self, scope_of(request).gemeente_id, now),
            "spoken": [own_name(code) for code in self.languages],
            "above": parent,
            "map": queries.map_of(self),
            "theme": theme_name(self.theme) if self.theme else "",
        }

    def shown(self, now: datetime, asked: date | None = None) -> Occurrence:
        """The time that is shown: the one that was asked for, else the next that is on, else the next or the last."""
        every = all_occurrences(self.rule())
        ahead = [one for one in every if one.end > now]
        going = next((one for one in ahead if not one.cancelled), None)
        return next((one for one in every if one.on == asked), None) or going or (ahead or every[-1:])[0]

    def public_facts(self, at: Occurrence) -> dict[str, Any]:
        """What others may know of one time of it, for structured data and the API."""
        return {
            "start": at.start.date() if at.whole_day else at.start,
            "end": at.last_day if at.whole_day else at.end,
            "status": "cancelled" if at.cancelled else "rescheduled" if at.moved else "scheduled",
            "reason": self.cancelled_reason or at.reason if at.cancelled else "",
            "place": self.place,
            "address": self.address,
            "point": (self.lon, self.lat) if self.lon is not None and self.lat is not None else None,
            "organiser": self.organiser,
            "costs": self.costs,
            "languages": list(self.languages),
            "repeats": self.repeats,
        }


class EventChange(Orderable):
    """One date of a series that is off, or at another time."""

    event = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="changes")
    on = models.DateField(_("date in the series"))
    starts_at = models.DateTimeField(
        _("begins then instead"), null=True, blank=True, help_text=_("Leave empty when it is off that day.")
    )
    ends_at = models.DateTimeField(_("and ends"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=200, blank=True)

    panels = [
        FieldPanel("on"),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        FieldPanel("reason"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("date that is different")
        verbose_name_plural = _("dates that are different")

    def change(self) -> Change:
        return Change(
            on=self.on,
            start=naive(self.starts_at) if self.starts_at else None,
            end=naive(self.ends_at) if self.ends_at else None,
            reason=self.reason,
        )

    def clean(self) -> None:
        super().clean()
        if self.ends_at and not self.starts_at:
            raise ValidationError({"starts_at": _("Also say when it begins.")})
        if self.starts_at and self.ends_at and not timedelta() < self.ends_at - self.starts_at < timedelta(days=6):
            raise ValidationError({"ends_at": _("It must end after it begins.")})


class Attendance(models.Model):
    """Somebody signed up for one time. Who they are is erased some days after it."""

    class State(models.TextChoices):
        ASKED = "asked", _("e-mail not confirmed yet")
        SEAT = "seat", _("comes")
        WAITING = "waiting", _("on the waiting list")
        OFFERED = "offered", _("was offered a place")

    event = models.ForeignKey(EventPage, models.CASCADE, related_name="attendances")
    on = models.DateField()
    """Names the time within the series."""
    starts_at = models.DateTimeField()
    """When it begins, as they were told."""
    ends_at = models.DateTimeField()
    called_off = models.BooleanField(default=False)
    """They were told that it is off."""
    state = models.CharField(max_length=10, choices=State)
    until = models.DateTimeField(null=True)
    """Until when a place is held for who has not answered yet."""
    people = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=5, default=settings.LANGUAGE_CODE)
    seed = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "on", "email"], condition=~Q(email=""), name="agenda_email_signs_up_once"
            ),
            models.UniqueConstraint(
                fields=["event", "on", "phone"], condition=~Q(phone=""), name="agenda_phone_signs_up_once"
            ),
            models.CheckConstraint(
                condition=Q(people__gte=1, people__lte=MOST_PEOPLE), name="agenda_people_within_reason"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["seat", "waiting"], until__isnull=True)
                | Q(state__in=["asked", "offered"], until__isnull=False),
                name="agenda_held_until",
            ),
        ]
        indexes = [
            models.Index(fields=["event", "on", "state"], name="agenda_attendance_of_time"),
            models.Index(fields=["starts_at"], name="agenda_attendance_by_start"),
            models.Index(fields=["until"], condition=Q(until__isnull=False), name="agenda_attendance_held"),
        ]
