"""Forms of the back office: choices within one's own municipality, and JSON as fields that people can read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import InlinePanel

from core.areas.policies import workplace
from core.errors import Invalid
from core.media.actions import store_upload
from core.media.models import Photo
from participation.organisations import hours
from participation.organisations.languages import OFFERED, label
from participation.organisations.models import HOURS_FAULTS

WEEKDAY_NAMES = dict(zip(hours.WEEKDAYS, WEEKDAYS.values(), strict=True))


class LinesField(forms.CharField):
    """A list of texts, one per line; blank lines do not count."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in (value or "").splitlines()]
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except ValidationError:
            return True

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


class HoursWidget(forms.Widget):
    """A row per weekday with a few ranges of times, as plain inputs."""

    template_name = "organisations/widgets/hours.html"
    RANGES = 2

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        value = value if isinstance(value, dict) else {}
        ranges = max([self.RANGES, *(len(value.get(day) or ()) for day in hours.WEEKDAYS)])
        context["rows"] = [
            {
                "name": WEEKDAY_NAMES[day],
                "ranges": [
                    {
                        "number": number + 1,
                        "from": f"{name}_{day}_{number}_from",
                        "to": f"{name}_{day}_{number}_to",
                        "start": given[0],
                        "end": given[1],
                    }
                    for number, given in enumerate([*(value.get(day) or ()), *[("", "")] * ranges][:ranges])
                ],
            }
            for day in hours.WEEKDAYS
        ]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, list[list[str]]]:
        """The ranges as typed; one without start and end is none."""
        found: dict[str, list[list[str]]] = {}
        for day in hours.WEEKDAYS:
            number = 0
            while f"{name}_{day}_{number}_from" in data:
                given = [hours.clock(data.get(f"{name}_{day}_{number}_{end}", "")) for end in ("from", "to")]
                if any(given):
                    found.setdefault(day, []).append(given)
                number += 1
        return found

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_mon_0_from" not in data

    def id_for_label(self, id_: str) -> str:
        return ""  # the label names a group; each input has its own name


class HoursField(forms.Field):
    """Office hours, chosen per weekday."""

    widget = HoursWidget

    def to_python(self, value: Any) -> dict[str, list[list[str]]]:
        value = value or {}
        wrong = hours.faults(value)
        if wrong:
            raise ValidationError([HOURS_FAULTS[code] for code in wrong])
        return {day: sorted(ranges) for day, ranges in value.items()}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or {}) != (data or {}))


class LanguagesField(forms.MultipleChoiceField):
    """The languages someone speaks, ticked; one that we no longer offer stays as long as it stays ticked."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=lambda: [(code, label(code)) for code in OFFERED], **kwargs)

    def keep(self, codes: Any) -> None:
        more = [code for code in codes or () if code not in OFFERED]
        self.choices = lambda: [(code, label(code)) for code in (*OFFERED, *more)]


class PhotoWidget(forms.FileInput):
    """Shows the photo there is, next to choosing another or none."""

    template_name = "organisations/widgets/photo.html"
    current: str = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context |= {"current": self.current, "remove_name": f"{name}_remove"}
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """A file, False for none from now on, or None for as it is."""
        given = super().value_from_datadict(data, files, name)
        return given or (False if data.get(f"{name}_remove") else None)


class PhotoField(forms.Field):
    """A photo that went through the same cleaning as a resident's: the kept row, False (remove) or None (leave)."""

    widget = PhotoWidget

    def to_python(self, value: Any) -> Photo | bool | None:
        if not value:
            return None if value is None else False
        try:
            return store_upload(file=value, now=timezone.now()).photo
        except Invalid as error:
            raise ValidationError([str(one.detail) for one in error.errors]) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return data is not None


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
        for formset in getattr(self, "formsets", {}).values():
            if issubclass(formset.form, OwnChildForm):
                formset.form_kwargs["gemeente_id"] = gemeente_id
        gemeente = self.fields.get("gemeente")
        if gemeente is not None:
            gemeente.disabled = bool(self.instance.pk) or own is not None
            if not self.instance.pk and own is not None:
                self.initial["gemeente"] = own


class OwnChildForm(WagtailAdminModelForm):
    """A row inside another row's form, with choices of that row's municipality."""

    def __init__(self, *args: Any, gemeente_id: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.for_user
        narrow(self, gemeente_id if user is None or user.is_superuser else workplace(user) or 0)


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
