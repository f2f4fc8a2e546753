"""Forms of the back office: choices within one's own municipality, and JSON written as plain lines."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import InlinePanel

from core.areas.policies import workplace
from participation.organisations import hours
from participation.organisations.models import HOURS_FAULTS


class LinesField(forms.CharField):
    """A list of texts, one per line; blank lines do not count."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in (value or "").splitlines()]
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != (initial or []))

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Lengths hold for the text of a CharField; a list has none."""


class RowsField(LinesField):
    """A list of objects, one per line, its members parted by "|" in the order of `keys`."""

    def __init__(self, *, keys: tuple[str, ...], **kwargs: Any) -> None:
        self.keys = keys
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(" | ".join(str(one.get(key, "")) for key in self.keys) for one in value)
        return value

    def to_python(self, value: Any) -> Any:
        rows = []
        for number, line in enumerate(super().to_python(value), start=1):
            parts = [part.strip() for part in line.split("|", len(self.keys) - 1)]
            if len(parts) != len(self.keys) or not all(parts):
                raise ValidationError(
                    _("Line %(number)d: write %(shape)s.") % {"number": number, "shape": " | ".join(self.keys)},
                    code="shape",
                )
            rows.append(dict(zip(self.keys, parts, strict=True)))
        return rows


class HoursField(forms.CharField):
    """Office hours, one weekday per line: "mon 09:00-12:00 13:00-17:00"."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return "\n".join(
                " ".join([day, *(f"{start}-{end}" for start, end in value[day])])
                for day in hours.WEEKDAYS
                if value.get(day)
            )
        return value

    def to_python(self, value: Any) -> Any:
        found: dict[str, list[list[str]]] = {}
        for line in (value or "").splitlines():
            day, *ranges = re.sub(r"\s*[-–]\s*", "-", line.strip()).replace(",", " ").split() or [""]
            if not day:
                continue
            found.setdefault(day.lower().rstrip(":"), []).extend(part.split("-") for part in ranges)
        wrong = hours.faults(found)
        if wrong:
            raise ValidationError([HOURS_FAULTS[code] for code in wrong])
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or {}))
        except ValidationError:
            return True

    def run_validators(self, value: Any) -> None:
        """Lengths hold for the text of a CharField; a dictionary has none."""


def narrow(form: Any, gemeente_id: int | None) -> None:
    """Leave only choices of this municipality (None: all) in the fields of a form."""
    for name, field in form.fields.items():
        if not isinstance(field, forms.ModelChoiceField) or field.queryset is None:
            continue
        names = {one.name for one in field.queryset.model._meta.get_fields()}
        if name == "gemeente":
            field.queryset = field.queryset.filter(parent=None)
            if gemeente_id is not None:
                field.queryset = field.queryset.filter(pk=gemeente_id)
        elif gemeente_id is not None and "gemeente" in names:
            field.queryset = field.queryset.filter(gemeente_id=gemeente_id)


def gemeente_of(row: Any) -> int | None:
    """The municipality of a row: its own, or that of its professional."""
    found: int | None = row.gemeente_id if hasattr(row, "gemeente_id") else row.professional.gemeente_id
    return found


class OwnForm(WagtailAdminModelForm):
    """A form about rows of one municipality: that of the row, else that of the person who fills it in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.for_user
        own = None if user is None or user.is_superuser else workplace(user) or 0
        gemeente_id = gemeente_of(self.instance) if self.instance.pk else own
        narrow(self, gemeente_id)
        gemeente = self.fields.get("gemeente")
        if gemeente is not None:
            gemeente.disabled = bool(self.instance.pk) or own is not None
            if not self.instance.pk and own is not None:
                self.initial["gemeente"] = own


class OwnChildForm(WagtailAdminModelForm):
    """A row inside another row's form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.for_user
        narrow(self, None if user is None or user.is_superuser else workplace(user) or 0)


class OwnInlinePanel(InlinePanel):
    """Child rows in a form of their own (`child_form`)."""

    def __init__(self, *args: Any, child_form: type[OwnChildForm] = OwnChildForm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.child_form = child_form

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "child_form": self.child_form}

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name] |= {"form": self.child_form, "inherit_kwargs": ["for_user"]}
        return options
