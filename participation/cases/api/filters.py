"""The inbox's filters as query parameters: of the inbox itself, of saved views and of exports."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from participation.cases.api.views import read_bbox
from participation.cases.inbox import ORDERINGS, VIEWS, CaseFilter
from participation.cases.models import Case
from participation.cases.states import Status


class DayOrMomentField(serializers.CharField):
    """A moment with its offset, or a whole day in local time: from its beginning, or with `end` to its end."""

    default_error_messages = {"invalid": _("Use a day such as 2026-11-21, or a moment with its time zone.")}

    def __init__(self, *, end: bool = False, **kwargs: Any) -> None:
        self.end = end
        super().__init__(max_length=40, **kwargs)

    def to_internal_value(self, data: Any) -> datetime:  # type: ignore[override]
        text = super().to_internal_value(data)
        try:
            if len(text) == 10:
                day = date.fromisoformat(text) + timedelta(days=int(self.end))
                return datetime.combine(day, time(), timezone.get_default_timezone())
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                self.fail("invalid")
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("invalid")


class InboxQuery(serializers.Serializer[Any]):
    """The inbox's query parameters; several values of one are separated by commas."""

    reference = serializers.CharField(required=False, max_length=4000)
    view = serializers.ChoiceField(VIEWS, required=False)
    kind = serializers.CharField(required=False)
    status = serializers.CharField(required=False)
    area = serializers.CharField(required=False, max_length=16, help_text="Code of an area at any level")
    category = serializers.CharField(required=False, max_length=60)
    organisation = serializers.CharField(required=False, max_length=60)
    team = serializers.CharField(required=False, max_length=600)
    assignee = serializers.CharField(required=False, max_length=20, help_text="A number, `me` or `none`")
    priority = serializers.CharField(required=False)
    visibility = serializers.CharField(required=False)
    createdAfter = DayOrMomentField(required=False)
    createdBefore = DayOrMomentField(required=False, end=True)
    late = serializers.BooleanField(required=False, allow_null=True, default=None)
    hasPhoto = serializers.BooleanField(required=False, allow_null=True, default=None)
    supporters = serializers.IntegerField(required=False, min_value=0, max_value=1_000_000, help_text="At least")
    parts = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Whether it is a part of another case"
    )
    duplicates = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Whether it is linked to another case"
    )
    unread = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Open, and changed since this person saw it"
    )
    q = serializers.CharField(
        required=False,
        max_length=200,
        help_text="A reference, or words of the text, address, messages and notes; the last also as a beginning",
    )
    bbox = serializers.CharField(required=False, max_length=100, help_text="west,south,east,north in degrees")
    ordering = serializers.ChoiceField(list(ORDERINGS), required=False, default="-createdAt")

    def validate_kind(self, value: str) -> tuple[str, ...]:
        return _each_of(value, Case.Kind.values)

    def validate_status(self, value: str) -> tuple[str, ...]:
        return _each_of(value, Status.values)

    def validate_priority(self, value: str) -> tuple[str, ...]:
        return _each_of(value, Case.Priority.values)

    def validate_visibility(self, value: str) -> tuple[str, ...]:
        return _each_of(value, Case.Visibility.values)

    def validate_bbox(self, value: str) -> tuple[float, float, float, float]:
        return read_bbox(value)


def case_filter(asked: dict[str, Any]) -> CaseFilter:
    """What `InboxQuery` read, as the domain wants it."""
    return CaseFilter(
        references=tuple(part.strip() for part in asked.get("reference", "").split(",") if part.strip()),
        view=asked.get("view", ""),
        kinds=asked.get("kind", ()),
        statuses=asked.get("status", ()),
        area=asked.get("area", ""),
        category=asked.get("category", ""),
        organisation=asked.get("organisation", ""),
        team=asked.get("team", ""),
        assignee=asked.get("assignee", ""),
        priorities=asked.get("priority", ()),
        visibilities=asked.get("visibility", ()),
        created_after=asked.get("createdAfter"),
        created_before=asked.get("createdBefore"),
        late=asked["late"],
        has_photo=asked["hasPhoto"],
        supporters=asked.get("supporters", 0),
        parts=asked["parts"],
        duplicates=asked["duplicates"],
        unread=asked["unread"],
        search=asked.get("q", "").strip(),
        bbox=asked.get("bbox"),
    )


def _each_of(value: str, known: list[str]) -> tuple[str, ...]:
    wanted = tuple(part.strip() for part in value.split(",") if part.strip())
    if set(wanted) - set(known):
        raise serializers.ValidationError(_("Choose from: %(known)s.") % {"known": ", ".join(known)}, code="unknown")
    return wanted
