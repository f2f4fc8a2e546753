"""The form of a report: one form for all steps, so that each page knows what is still to be told."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.areas.queries import locate, tree
from core.areas.tenancy import Scope
from core.errors import FieldError
from core.ui.languages import own_name
from participation.reports.drafts import Values
from participation.reports.place import find_place
from participation.reports.rules import TEXT_LENGTH, ContactGiven, mistakes_in_answers, mistakes_in_contact
from participation.routing import outside
from participation.routing.models import Category, Question
from participation.routing.queries import RoutingConfig
from participation.routing.questions import asked, fields_of
from participation.routing.wording import words_of

STEPS = ("what", "where", "more", "reach")
CONTACT = ("name", "email", "phone")
FIELDS = {
    "what": ("text", "category", "proposed"),
    "where": ("area", "address", "lon", "lat", "spot", "q", "near"),
    "more": ("asked",),
    "reach": (*CONTACT, "language"),
}
"""What each step asks; beside them photos (what, about) and `answer_<key>` (about)."""
STEP_OF = {name: step for step, names in FIELDS.items() for name in names} | {"photos": "what"}
FIELD_OF = {"contact.name": "name", "contact.email": "email", "contact.phone": "phone", "location": "area"}
"""Where the form shows an error of the domain."""
CARRIED = tuple(name for names in FIELDS.values() for name in names if name not in {"asked", "q", "near"})


class ReportForm(forms.Form):
    """What was typed so far. The place is a point from map or search, or an area with an address in words."""

    text = forms.CharField(
        label=_("What do you see?"),
        help_text=_("For example: there is a sofa next to the container."),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Tell us what you see. One sentence is enough.")},
    )
    category = forms.ChoiceField(label=_("What is it about?"), required=False)
    proposed = forms.CharField(widget=forms.HiddenInput, required=False)
    area = forms.ChoiceField(label=_("In which quarter is it?"), required=False)
    address = forms.CharField(
        label=_("Where exactly?"),
        help_text=_("A street and house number, or something nearby that we will recognise."),
        max_length=200,
        required=False,
    )
    lon = forms.FloatField(widget=forms.HiddenInput, required=False)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False)
    spot = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=_("Your name"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr"}),
    )
    language = forms.ChoiceField(
        label=_("In which language may we write to you?"),
        choices=lambda: [(code, own_name(code)) for code in settings.RESIDENT_LANGUAGES],
        required=False,
    )

    def __init__(self, values: Values, *, routing: RoutingConfig, scope: Scope) -> None:
        answers = values.get("answers", {})
        flat = {name: value for name, value in values.items() if name not in {"answers", "photos", "asked"}}
        flat["language"] = flat.get("language") or translation.get_language() or settings.LANGUAGE_CODE
        super().__init__(flat | {f"answer_{key}": value for key, value in answers.items()})
        self.values, self.routing, self.scope = values, routing, scope
        self.site_elsewhere = ""
        """Where to report what lies in another municipality of this installation."""
        self.elsewhere: list[tuple[str, str, str]] = []
        """Mistakes in what is no field of this form: (step, anchor, words)."""
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose for me")),
            *[
                (words_of(main.category).name, [(one.slug, words_of(one).name) for one in main.children])
                for main in routing.tree
            ],
        ]
        self.fields["area"].choices = [("", _("Choose a quarter")), *_area_choices(routing.gemeente_id)]  # type: ignore[attr-defined]
        if self.about is not None:
            for key, field in fields_of(self.questions, words_of(self.about)).items():
                field.required = False  # the rules judge answers, here as in the API
                self.fields[f"answer_{key}"] = field

    @cached_property
    def about(self) -> Category | None:
        """The category chosen, or proposed."""
        return self.routing.reportable(self.values.get("category", ""))

    @cached_property
    def answers(self) -> dict[str, Any]:
        """What was answered, as typed, to questions of this category."""
        known = {question.key for question in self._all_questions}
        return {key: value for key, value in self.values.get("answers", {}).items() if key in known and value}

    @cached_property
    def _all_questions(self) -> tuple[Question, ...]:
        return self.routing.questions_of(self.about.pk) if self.about is not None else ()

    @cached_property
    def questions(self) -> list[Question]:
        """The questions that the answers so far bring up."""
        return asked(self._all_questions, self.values.get("answers", {}))

    @property
    def has_questions(self) -> bool:
        return bool(self._all_questions)

    @property
    def question_fields(self) -> list[forms.BoundField]:
        return [self[f"answer_{one.key}"] for one in self.questions if one.type != Question.Type.PHOTO]

    @property
    def photo_questions(self) -> list[dict[str, Any]]:
        """Questions for a photo: `{label, help, required}`."""
        if self.about is None:
            return []
        words = words_of(self.about)
        return [
            {"label": words.label(one), "help": words.help(one), "required": one.required}
            for one in self.questions
            if one.type == Question.Type.PHOTO
        ]

    @property
    def point(self) -> tuple[float, float] | None:
        """The place in degrees: the point, else the middle of the area; None while there is no place of ours."""
        self.is_valid()
        lon, lat = self.cleaned_data.get("lon"), self.cleaned_data.get("lat")
        return None if lon is None or lat is None else (lon, lat)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self._place(cleaned)
        contact = ContactGiven(**{name: cleaned.get(name) or "" for name in CONTACT})
        wrong = mistakes_in_contact(contact)
        wrong += mistakes_in_answers(self.answers, self._all_questions, photos=len(self.values.get("photos", ())))
        for mistake in wrong:
            self.add_mistake(mistake)
        return cleaned

    def _place(self, cleaned: dict[str, Any]) -> None:
        lon, lat = cleaned.get("lon"), cleaned.get("lat")
        if lon is None or lat is None or not (math.isfinite(lon) and math.isfinite(lat)):
            cleaned["lon"] = cleaned["lat"] = None
            area = tree().by_code.get(cleaned.get("area", ""))
            if area is None:
                if "area" not in self.errors:
                    self.add_error("area", _("Tell us the place: search for it, or choose the quarter."))
                return
            if tree().children(area.id) and not cleaned.get("address"):
                words = gettext("Tell us where in %(wijk)s it is, or choose the quarter.") % {"wijk": area.name}
                self.add_mistake(FieldError("address", "required", words))
            cleaned["lon"], cleaned["lat"] = area.point
        place = find_place(cleaned["lon"], cleaned["lat"], self.scope)
        if isinstance(place, FieldError):
            if place.code == "elsewhere" and (chain := locate(cleaned["lon"], cleaned["lat"])) is not None:
                self.site_elsewhere = outside.report_at(chain[-1])
            if place.code == "outside":
                place = replace(place, detail=outside.named_advice(cleaned["lon"], cleaned["lat"]))
            cleaned["lon"] = cleaned["lat"] = None
            self.add_mistake(place)

    def add_mistake(self, mistake: FieldError, step: str = "") -> None:
        """Show what the domain refused next to its field; photos and the like in `step`, else where they are asked."""
        name, words = FIELD_OF.get(mistake.field, mistake.field.replace("answers.", "answer_")), str(mistake.detail)
        if name in self.fields:
            # Not `add_error`: it would take the value out of what other checks look at.
            if name not in self.errors:
                self.errors[name] = self.error_class([words], renderer=self.renderer)
        elif name == "photos":
            asks = "more" if mistake.code == "photo-required" else "what"
            self.elsewhere.append((step or asks, "id_photos", words))
        else:
            self.elsewhere.append((step or "reach", "", words))

    def mistakes(self) -> dict[str, list[tuple[str, str]]]:
        """Everything wrong, by step: (anchor in its page, words)."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        errors = self.errors
        for name in self.fields:
            found[STEP_OF.get(name, "more")] += [(self._anchor(name), str(error)) for error in errors.get(name, ())]
        for step, anchor, words in self.elsewhere:
            found[step].append((anchor, words))
        return {step: lines for step, lines in found.items() if lines}

    def _anchor(self, name: str) -> str:
        bound = self[name]
        return bound.id_for_label or str(bound.auto_id)

    def show_mistakes(self, *steps: str) -> None:
        """Keep the errors of these steps next to their fields, and none of another."""
        for name in list(self.errors):
            if STEP_OF.get(name, "more") not in steps:
                del self.errors[name]

    def carried(self, step: str) -> list[SafeString]:
        """What the other steps hold, as hidden fields: nothing is lost when the draft is."""
        names = [name for name in CARRIED if STEP_OF[name] != step and name in self.fields]
        if step != "more":
            names += [f"answer_{question.key}" for question in self.questions]
        return [
            SafeString(self[name].as_hidden(attrs={"id": False}))
            for name in names
            if name in self.fields and self[name].value() not in (None, "", [])
        ]


def _area_choices(gemeente_id: int) -> list[Any]:
    """The quarters grouped by wijk; a wijk without quarters stands by itself."""
    known = tree()
    choices: list[Any] = []
    for wijk in known.wijken(gemeente_id):
        below = [(one.code, one.name) for one in known.children(wijk.id)]
        whole = (wijk.code, gettext("Somewhere in %(wijk)s") % {"wijk": wijk.name})
        choices.append((wijk.name, [*below, whole]) if below else (wijk.code, wijk.name))
    return choices
