"""The forms of following a wijk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from cms.following.actions import MOST_WIJKEN, Choices
from cms.following.choices import Topic
from cms.following.models import Follower
from cms.following.queries import Wijk
from core.notify.moments import Frequency

LONGEST_PAUSE = timedelta(days=366)


class ChoicesForm(forms.Form):
    """What both forms ask. `wijken`: those to choose from, by area id."""

    wijken = forms.TypedMultipleChoiceField(
        label=_("Which neighbourhoods?"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one neighbourhood.")},
    )
    topics = forms.MultipleChoiceField(
        label=_("What do you want to hear of?"),
        choices=Topic.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing to hear of.")},
    )
    frequency = forms.ChoiceField(label=_("How often?"), choices=Frequency.choices, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language of the mail"), help_text=_("The news itself is in Dutch."))

    def __init__(self, *args: Any, wijken: Mapping[int, Wijk], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Those that are chosen stand first: the others may be folded away.
        chosen = self._chosen()
        named = sorted(wijken.values(), key=lambda one: (one.area.id not in chosen, one.name.casefold()))
        self.fields["wijken"].choices = [(one.area.id, one.name) for one in named]  # type: ignore[attr-defined]
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            (code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES
        ]

    def _chosen(self) -> set[int]:
        raw = self.data.getlist("wijken") if self.is_bound and hasattr(self.data, "getlist") else None
        values = raw if raw is not None else self.initial.get("wijken", ())
        return {int(one) for one in values if str(one).isdecimal() and len(str(one)) < 19}

    @property
    def wijk_choices(self) -> tuple[list[Any], list[Any]]:
        """The boxes of the wijken that are chosen, and those of the others."""
        boxes, chosen = list(self["wijken"]), self._chosen()
        first = [one for one in boxes if int(one.data["value"]) in chosen]
        return first, [one for one in boxes if one not in first]

    def clean_wijken(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["wijken"]
        if len(chosen) > MOST_WIJKEN:
            raise forms.ValidationError(_("Choose %(most)d neighbourhoods at most.") % {"most": MOST_WIJKEN})
        return chosen

    def choices(self) -> Choices:
        found = self.cleaned_data
        return Choices(
            area_ids=found["wijken"],
            frequency=found["frequency"],
            topics=found["topics"],
            language=found["language"],
        )


class FollowForm(ChoicesForm):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        error_messages={
            "required": _("Fill in your e-mail address."),
            "invalid": _("This is not an e-mail address. Example: name@example.nl"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        help_text=_("We send you one mail first. Nothing begins before you say yes there."),
    )


class ManageForm(ChoicesForm):
    pause_from = forms.DateField(
        label=_("No mail from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    pause_until = forms.DateField(
        label=_("Until and with"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("pause_from"), cleaned.get("pause_until")
        if "pause_from" in self.errors or "pause_until" in self.errors:
            return cleaned
        if (first is None) != (last is None):
            self.add_error(
                "pause_from" if first is None else "pause_until", _("Give the first and the last day, or neither.")
            )
        elif first is not None and last is not None and last < first:
            self.add_error("pause_until", _("The last day lies before the first."))
        elif first is not None and last is not None and last - first > LONGEST_PAUSE:
            self.add_error("pause_until", _("A quiet period takes a year at most."))
        return cleaned

    def pause(self) -> tuple[date | None, date | None]:
        return self.cleaned_data["pause_from"], self.cleaned_data["pause_until"]


def of_follower(follower: Follower, wijken: Mapping[int, Wijk], today: date) -> dict[str, Any]:
    """What the form shows at first; a pause that is over is no longer shown."""
    paused = follower.pause_until is not None and follower.pause_until >= today
    return {
        "wijken": [pk for pk in follower.areas.values_list("pk", flat=True) if pk in wijken],
        "topics": follower.topics,
        "frequency": follower.frequency,
        "language": follower.language,
        "pause_from": follower.pause_from if paused else None,
        "pause_until": follower.pause_until if paused else None,
    }
