"""Someone leaves: one screen that names everything they have, and hands it over in one go."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import DomainError, Invalid
from participation.cases.actions.leaving import Heirs, arrange_leaving, get_leaver, may_end, within_reach
from participation.cases.actions.saving import MESSAGE_LENGTH
from participation.cases.leaving import Leaving
from participation.cases.pages.duty import members
from participation.cases.pages.forms import put_errors
from participation.cases.placing import able
from participation.organisations.access import professional_of
from participation.organisations.queries import Person, roster
from participation.texts.keeping import needs_account, typed_in

NOBODY = 0


class LeavingForm(forms.Form):
    """A choice for each thing that would be left behind; `everyone` fills in what was left open."""

    note = forms.CharField(
        label=gettext_lazy("A word to go with the cases"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=MESSAGE_LENGTH,
        required=False,
    )

    def __init__(self, *args: Any, found: Leaving, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        self.cases: list[str] = []
        self.others: list[str] = []
        leaver = found.professional.pk
        for group in found.cases:
            row = roster().teams[group.team_id]
            ids = able(row, confidential=group.confidential) - {leaver}
            people = [one for one in members(row) if one.id in ids] or [
                one for one in _everyone(found) if one.id != leaver
            ]
            nobody = _("Back to the team") if ids else ""
            self._add(f"cases-{group.key}", row.name, people, nobody, self.cases)
        for team in found.lead_of:
            people = [one for one in members(roster().teams[team.pk]) if one.id != leaver]
            self._add(f"leads-{team.pk}", _("New lead of %(team)s") % {"team": team.name}, people, "", self.others)
        for team, confidential in found.opens:
            words = _("Who opens confidential cases of %(team)s") if confidential else _("Who joins %(team)s")
            inside = [one for one in members(roster().teams[team.pk]) if one.id != leaver]
            people = inside if confidential and inside else [one for one in _everyone(found) if one.id != leaver]
            key = f"opens-{team.pk}-{'c' if confidential else 'o'}"
            self._add(key, words % {"team": team.name}, people, "", self.others)
        for absence in found.replaces:
            words = _("Who replaces %(name)s (%(first)s – %(last)s)") % {
                "name": absence.professional.name,
                "first": date_format(absence.starts_on, "j F"),
                "last": date_format(absence.ends_on, "j F"),
            }
            people = [one for one in _sharing_a_team(absence.professional_id) if one.id != leaver]
            self._add(f"replaces-{absence.pk}", words, people, _("Nobody"), self.others)

    def _add(self, name: str, label: str, people: list[Person], nobody: str, shown: list[str]) -> None:
        choices: list[tuple[Any, str]] = [("", _("Choose…"))]
        choices += [(NOBODY, nobody)] if nobody else []
        choices += [(one.id, f"{one.name}, {one.role}") for one in people]
        self.fields[name] = forms.TypedChoiceField(
            label=label, choices=choices, coerce=int, required=False, empty_value=None
        )
        shown.append(name)

    def heirs(self) -> Heirs:
        """What was chosen, as the action wants it."""
        chosen = {name: value for name, value in self.cleaned_data.items() if name != "note" and value is not None}

        def of(kind: str) -> dict[str, int]:
            return {
                name.removeprefix(f"{kind}-"): value for name, value in chosen.items() if name.startswith(f"{kind}-")
            }

        return Heirs(
            cases=of("cases"),
            leads={int(key): value for key, value in of("leads").items()},
            replacements={int(key): value for key, value in of("replaces").items()},
            openers={(int(key.partition("-")[0]), key.endswith("c")): value for key, value in of("opens").items()},
        )


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: HttpRequest, professional_id: int) -> HttpResponse:
    """Everything of this person; `deed=hand-over` hands over what was chosen, `deed=end` also ends the account."""
    actor = professional_of(request)
    leaver = get_leaver(actor, professional_id)
    found, ends = within_reach(actor, leaver), may_end(actor, leaver)
    form = LeavingForm(typed_in(request) or None, found=found)
    if request.method == "POST" and form.is_valid():
        end = request.POST.get("deed") == "end"
        try:
            left = arrange_leaving(
                professional_id=leaver.pk,
                heirs=form.heirs(),
                end_account=end,
                note=form.cleaned_data["note"],
                actor=actor,
                now=timezone.now(),
            )
        except Invalid as error:
            put_errors(form, error)
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            if end:
                messages.success(
                    request,
                    _("The account of %(name)s has ended, and they are signed out everywhere.") % {"name": leaver.name},
                )
                return redirect("desk_team")
            messages.success(request, _("Handed over.") if left.is_clear else _("Handed over what you chose."))
            return redirect("desk_leaving", leaver.pk)
    return render(
        request,
        "desk/leaving.html",
        {
            "leaver": leaver,
            "active": leaver.user.is_active,
            "found": found,
            "form": form,
            "groups": [
                {"group": group, "field": form[f"cases-{group.key}"], "team": roster().teams[group.team_id]}
                for group in found.cases
            ],
            "others": [form[name] for name in form.others],
            "may_end": ends,
            "own": leaver.pk == actor.professional_id,
            "total": sum(group.count for group in found.cases),
        },
    )


def _everyone(found: Leaving) -> list[Person]:
    """Everyone of the municipality with an account, by name."""
    people = (one for one in roster().people.values() if one.gemeente_id == found.professional.gemeente_id)
    return sorted(people, key=lambda one: (one.name, one.id))


def _sharing_a_team(professional_id: int) -> list[Person]:
    """Members of the teams of this person, other than they."""
    found = {
        one.id: one
        for team in roster().teams.values()
        if any(member.professional_id == professional_id for member in team.members)
        for one in members(team)
        if one.id != professional_id
    }
    return sorted(found.values(), key=lambda one: (one.name, one.id))
