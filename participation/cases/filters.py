"""The inbox's filters as query parameters: of the inbox itself, of saved views and of exports."""
# ruff: noqa: N815

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.parsing import YEARS
from participation.cases.inbox import ORDERINGS, VIEWS, CaseFilter
from participation.cases.models import Case
from participation.cases.states import Status


@extend_schema_field(OpenApiTypes.STR)
class DayOrMomentField(serializers.Field[Any, Any, Any, Any]):
    """A moment with its offset, or a whole day in local time: from its beginning, or with `end` to its end."""

    default_error_messages = {
        "invalid": _("Use a day such as 2026-11-21, or a moment with its time zone."),
        "out-of-reach": _("Use a day between 2000 and 2100."),
    }

    def __init__(self, *, end: bool = False, **kwargs: Any) -> None:
        self.end = end
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> datetime:
        text = str(data).strip()
        try:
            if len(text) == 10:
                day = date.fromisoformat(text)
                if day.year not in YEARS:
                    self.fail("out-of-reach")
                day += timedelta(days=int(self.end))
                return datetime.combine(day, time(), timezone.get_default_timezone())
            moment = datetime.fromisoformat(text)
            if moment.year not in YEARS:
                self.fail("out-of-reach")
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
    late = serializers.BooleanField(required=False, allow_null=True)
    hasPhoto = serializers.BooleanField(required=False, allow_null=True)
    supporters = serializers.IntegerField(required=False, min_value=0, max_value=1_000_000, help_text="At least")
    parts = serializers.BooleanField(required=False, allow_null=True, help_text="Whether it is a part of another case")
    duplicates = serializers.BooleanField(
        required=False, allow_null=True, help_text="Whether it is linked to another case"
    )
    unread = serializers.BooleanField(
        required=False, allow_null=True, help_text="Open, and changed since this person saw it"
    )
    q = serializers.CharField(
        required=False,
        max_length=200,
        help_text="A reference, or words of the text, address, messages and notes; the last also as a beginning",
    )
    bbox = serializers.CharField(required=False, max_length=100, help_text="west,south,east,north in degrees")
    ordering = serializers.ChoiceField(list(ORDERINGS), required=False, help_text="`-createdAt` when absent")

    def get_fields(self) -> dict[str, Any]:
        """Only the parameters that were sent: a page of the inbox has few of them, and fields are slow to make."""
        given = getattr(self, "initial_data", None)
        if given is None:
            return dict(super().get_fields())
        return {
            name: deepcopy(field)
            for name, field in self._declared_fields.items()
            if name in given or field.required or field.default is not serializers.empty
        }

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
        late=asked.get("late"),
        has_photo=asked.get("hasPhoto"),
        supporters=asked.get("supporters", 0),
        parts=asked.get("parts"),
        duplicates=asked.get("duplicates"),
        unread=asked.get("unread"),
        search=asked.get("q", "").strip(),
        bbox=asked.get("bbox"),
    )


def read_bbox(value: str) -> tuple[float, float, float, float]:
    """`west,south,east,north`; raises ValidationError when it is anything else."""
    try:
        west, south, east, north = (float(part) for part in value.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise serializers.ValidationError(_("Give west,south,east,north in degrees."), code="invalid")
    return west, south, east, north


def _each_of(value: str, known: list[str]) -> tuple[str, ...]:
    wanted = tuple(part.strip() for part in value.split(",") if part.strip())
    if set(wanted) - set(known):
        raise serializers.ValidationError(_("Choose from: %(known)s.") % {"known": ", ".join(known)}, code="unknown")
    return wanted


class QueryField(serializers.DictField):
    """The inbox's parameters as an object of strings, such as a saved view or an export holds. Checked like them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=4000, allow_blank=True), allow_empty=True, **kwargs)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        given: dict[str, str] = {name: value for name, value in super().to_internal_value(data).items() if value != ""}
        known = InboxQuery().fields
        wrong: dict[str, Any] = {
            name: [serializers.ErrorDetail(str(_("The inbox has no such filter.")), code="unknown")]
            for name in given
            if name not in known
        }
        asked = InboxQuery(data={name: value for name, value in given.items() if name in known})
        if not asked.is_valid():
            wrong |= asked.errors
        if wrong:
            raise serializers.ValidationError(wrong)
        return given


def filter_of(query: dict[str, str]) -> CaseFilter:
    """The filter that stored parameters stand for; one that is no longer valid finds nothing rather than everything."""
    asked = InboxQuery(data=query)
    if not asked.is_valid():
        return CaseFilter(references=("-",))
    return case_filter(asked.validated_data)
