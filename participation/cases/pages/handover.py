"""Handing over work: what is offered to me, a new handover, and the register that shows that nothing fell between."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.accounts.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from participation.cases.actions.handover import (
    MOST,
    Given,
    accept_handover,
    may_hand_over,
    offer_handover,
    refuse_handover,
    withdraw_handover,
)
from participation.cases.actions.saving import MESSAGE_LENGTH
from participation.cases.handovers import handovers_for, offered_to, whole
from participation.cases.models import Case, Handover
from participation.cases.pages.forms import put_errors
from participation.cases.placing import able
from participation.cases.queries import is_late
from participation.organisations.access import professional_of
from participation.organisations.models import Professional
from participation.organisations.queries import Person, roster
from participation.texts.keeping import needs_account, typed_in

PAGE = 30
"""Handovers on one page of the register."""
TO_TEAM = 0
FIELDS = {"to": "to", "note": "note", "why": "why"}


class HandoverForm(forms.Form):
    """To whom, and why; the cases are chosen beside it."""

    to = forms.TypedChoiceField(label=gettext_lazy("Who takes over?"), coerce=int)
    why = forms.ChoiceField(
        label=gettext_lazy("Why?"), choices=Handover.Why.choices, widget=forms.RadioSelect, initial=Handover.Why.OTHER
    )
    note = forms.CharField(
        label=gettext_lazy("A word to go with it"),
        help_text=gettext_lazy("Only colleagues read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=MESSAGE_LENGTH,
        required=False,
    )

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose…")),
            *((one.id, f"{one.name}, {one.role}") for one in people),
            (TO_TEAM, _("Back to the team, at once")),
        ]


@never_cache
@login_required
def register(request: HttpRequest) -> HttpResponse:
    """What waits for me, what I may hand over, and every handover before."""
    actor = professional_of(request)
    before = request.GET.get("before", "")
    rows = handovers_for(actor)
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    ids = list(rows.values_list("id", flat=True)[: PAGE + 1])
    more = len(ids) > PAGE
    return render(
        request,
        "desk/handovers.html",
        {
            "actor": actor,
            "offered": whole(offered_to(actor), actor) if not before else [],
            "rows": whole(Handover.objects.filter(pk__in=ids[:PAGE]).order_by("-id"), actor),
            "next": ids[PAGE - 1] if more else None,
            "mine": may_hand_over(actor, actor.professional_id or 0).count(),
        },
    )


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose cases and a receiver. `?from=` another person, for who leads their team."""
    actor = professional_of(request)
    giver = _giver(request, actor)
    cases = list(may_hand_over(actor, giver.pk).order_by("created_at", "id")[:MOST])
    if giver.pk != actor.professional_id and not cases:
        raise NotFound
    typed = typed_in(request)
    form = HandoverForm(typed or None, people=_receivers(cases, giver.pk), initial={"to": request.GET.get("to", "")})
    chosen = set(typed.getlist("case")) if form.is_bound else {one.reference for one in cases}
    notes = {one.reference: typed.get(f"note-{one.reference}", "") for one in cases}
    if request.method == "POST" and form.is_valid():
        try:
            handover = offer_handover(
                from_id=giver.pk,
                to_id=form.cleaned_data["to"] or None,
                cases=[Given(reference, notes.get(reference, "")) for reference in sorted(chosen)],
                note=form.cleaned_data["note"],
                why=form.cleaned_data["why"],
                actor=actor,
                now=timezone.now(),
            )
        except Invalid as error:
            put_errors(form, error, FIELDS)
        else:
            messages.success(request, _offered_words(handover))
            return redirect("desk_handover", handover.pk)
    now = timezone.now()
    return render(
        request,
        "desk/handover_new.html",
        {
            "giver": giver,
            "own": giver.pk == actor.professional_id,
            "form": form,
            "cases": [
                {
                    "case": one,
                    "subject": case_subject(one),
                    "chosen": one.reference in chosen,
                    "note": notes[one.reference],
                    "late": is_late(one, now),
                }
                for one in cases
            ],
        },
    )


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, handover_id: int) -> HttpResponse:
    """One handover: its cases, who has them now, and the answer."""
    actor = professional_of(request)
    found = handovers_for(actor).filter(pk=handover_id)
    if not found.exists():
        raise NotFound
    typed = typed_in(request)
    if request.method == "POST":
        _answer(request, handover_id, actor)
        return redirect("desk_handover", handover_id)
    [row] = whole(found, actor)
    if not row.lines:
        raise NotFound
    return render(request, "desk/handover.html", {"row": row, "handover": row.handover, "typed": typed})


def case_subject(case: Case) -> str:
    """What a list says of a case; nothing of what a confidential one is about."""
    return _("Confidential report") if case.visibility == Case.Visibility.CONFIDENTIAL else case.summary


def _answer(request: HttpRequest, handover_id: int, actor: Actor) -> None:
    deed, now = request.POST.get("deed", ""), timezone.now()
    references = None if deed == "accept" else request.POST.getlist("case")
    if references == []:
        messages.error(request, _("Choose at least one case."))
        return
    try:
        match deed:
            case "accept" | "accept-some":
                accept_handover(handover_id=handover_id, references=references, actor=actor, now=now)
                messages.success(request, _("The cases are yours now."))
            case "refuse":
                refuse_handover(
                    handover_id=handover_id,
                    references=references,
                    answer=request.POST.get("answer", ""),
                    actor=actor,
                    now=now,
                )
                messages.success(request, _("The cases stay where they are. Who offered them gets your answer."))
            case "withdraw":
                withdraw_handover(handover_id=handover_id, references=references, actor=actor, now=now)
                messages.success(request, _("The offer is withdrawn."))
            case _:
                raise NotFound
    except Conflict as error:
        messages.error(request, str(error.message))
    except Invalid as error:
        messages.error(request, " ".join(str(one.detail) for one in error.errors))


def _giver(request: HttpRequest, actor: Actor) -> Professional:
    wanted = request.GET.get("from", "")
    pk = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else actor.professional_id
    found = Professional.objects.filter(pk=pk or 0, gemeente_id=actor.gemeente_id).first()
    if found is None:
        raise NotFound
    return found


def _receivers(cases: list[Case], giver_id: int) -> list[Person]:
    """Who may open at least one of them and is there, by name."""
    today, people = timezone.localdate(), roster().people
    kinds = {(one.team_id, one.visibility == Case.Visibility.CONFIDENTIAL) for one in cases}
    ids = {pk for team, secret in kinds for pk in able(roster().teams[team], confidential=secret)} - {giver_id}
    there = (people[pk] for pk in ids if roster().away(pk, today) is None)
    return sorted(there, key=lambda one: (one.name, one.id))


def _offered_words(handover: Handover) -> str:
    count = handover.items.count()
    if handover.to_professional is None:
        words = ngettext("%(count)d case is back with the team.", "%(count)d cases are back with the team.", count)
        return words % {"count": count}
    return ngettext(
        "%(count)d case is offered to %(name)s. Until they accept, it stays where it is.",
        "%(count)d cases are offered to %(name)s. Until they accept, they stay where they are.",
        count,
    ) % {"count": count, "name": handover.to_professional.name}
