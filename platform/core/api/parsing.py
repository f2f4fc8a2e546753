"""What comes in, read strictly: JSON bodies and serializers that refuse what they do not know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO, Any, NoReturn

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.utils.encoders import JSONEncoder

from core.api.errors import BadRequest

YEARS = range(2000, 2101)
"""Of a moment or day that somebody sends. Beyond it a calculation with days or time zones may leave the calendar."""


class JsonParser(JSONParser):
    """UTF-8 JSON without NUL, half surrogates, NaN or Infinity (PostgreSQL can store none of them)."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read()
        try:
            data = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        except UnicodeDecodeError:
            raise BadRequest(_("The body is not UTF-8. Send JSON encoded as UTF-8.")) from None
        except (ValueError, RecursionError):
            raise BadRequest(_("The body is not valid JSON. Check quotes, commas and brackets.")) from None
        # Raw text cannot hold either character: UTF-8 has no half surrogates and JSON no raw control characters.
        if b"\\u" in body and not _is_storable(data):
            raise BadRequest(_("The text holds a character that cannot be stored. Remove it and try again."))
        return data


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses unknown keys, together with every other error.

    A typing error in an optional key would otherwise be lost in silence, and a number where text is meant be stored
    as something nobody wrote. Query parameters and forms (`QueryDict`) may hold more than we know.
    """

    default_error_messages = {
        "unknown": _("This field does not exist here. Check its spelling, or leave it out."),
        "invalid": _("Send an object with named fields here."),
    }

    def to_internal_value(self, data: Any) -> Any:
        unknown: dict[str, Any] = {}
        if isinstance(data, Mapping) and not isinstance(data, QueryDict):
            writable = {field.field_name for field in self._writable_fields}
            for key in data:
                if key not in writable:
                    try:
                        self.fail("unknown")
                    except serializers.ValidationError as error:
                        unknown[str(key)] = error.detail
            unknown |= self._not_text(data)
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**unknown, **error.detail}) from None  # type: ignore[dict-item]
        if unknown:
            raise serializers.ValidationError(unknown)
        return value

    def _not_text(self, data: Mapping[Any, Any]) -> dict[str, Any]:
        """Numbers sent for text, which a CharField takes."""
        wrong: dict[str, Any] = {}
        for field in self._writable_fields:
            given = data.get(field.field_name)
            text = field.child if isinstance(field, serializers.ListField) else field
            several = given if isinstance(field, serializers.ListField) and isinstance(given, list) else [given]
            if isinstance(text, serializers.CharField) and any(isinstance(one, int | float) for one in several):
                wrong[str(field.field_name)] = [
                    serializers.ErrorDetail(str(text.error_messages["invalid"]), code="invalid")
                ]
        return wrong


class MomentField(serializers.DateTimeField):
    """An RFC 3339 moment: any offset in (but one there must be), UTC with `Z` and milliseconds out.

    `any_year`: whoever gets it says itself which are too early or too late.
    """

    default_error_messages = {
        "no_offset": _("Say which time zone: end with Z or an offset such as +01:00."),
        "out-of-reach": _("Use a day between 2000 and 2100."),
    }

    def __init__(self, *, any_year: bool = False, **kwargs: Any) -> None:
        self.any_year = any_year
        super().__init__(default_timezone=UTC, **kwargs)

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("no_offset")
        if not self.any_year and value.year not in YEARS:
            self.fail("out-of-reach")
        try:
            return value.astimezone(UTC)
        except OverflowError:
            self.fail("overflow")

    def to_representation(self, value: datetime) -> str:
        return moment(value)


def moment(value: datetime) -> str:
    """`2026-11-21T09:30:00.000Z`"""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class UtcEncoder(JSONEncoder):
    """DRF's encoder with every aware moment in UTC."""

    def default(self, obj: Any) -> Any:
        if isinstance(obj, datetime) and obj.tzinfo is not None:
            return moment(obj)
        return super().default(obj)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        return all(_is_storable(key) and _is_storable(nested) for key, nested in value.items())
    if isinstance(value, list):
        return all(map(_is_storable, value))
    return True
