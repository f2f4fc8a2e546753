"""The team page: load per person, what is late or unassigned, what is stuck, who is away; and giving work to others."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.accounts.actor import Actor
from core.errors import DomainError, Invalid, NotAllowed
from participation.cases.actions import assign_case
from participation.cases.load import LISTED, cases_of_team, team_load
from participation.cases.pages.duty import chosen_team, members, teams_within
from participation.cases.pages.handover import case_subject
from participation.cases.permissions import Deed, reach
from participation.cases.queries import is_late
from participation.organisations.access import professional_of
from participation.organisations.queries import TeamRow, roster


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest) -> HttpResponse:
    """One of the teams this person leads, administers or watches."""
    actor, now = professional_of(request), timezone.now()
    row = chosen_team(request, actor, Deed.SEE_TEAM)
    if row is None:
        raise NotAllowed(_("This page is for who leads a team or administers an organisation."))
    if request.method == "POST":
        _reassign(request, actor, row)
        return redirect(request.get_full_path())
    load = team_load(actor, row, now)
    show = request.GET.get("show") or ("late" if load.late else "unassigned" if load.nobody.open else "all")
    cases, count = cases_of_team(actor, row, show, now)
    shown = roster().people.get(int(show)) if show.isascii() and show.isdigit() and len(show) < 19 else None
    return render(
        request,
        "desk/team.html",
        {
            "team": row,
            "teams": teams_within(actor, Deed.SEE_TEAM),
            "load": load,
            "most": max([one.open for one in load.people], default=0),
            "show": show,
            "shown": shown,
            "count": count,
            "listed": LISTED,
            "cases": [
                {
                    "case": one,
                    "subject": case_subject(one),
                    "late": is_late(one, now),
                    "person": roster().people.get(one.assignee_id or 0),
                }
                for one in cases
            ],
            "people": members(row),
            "may_assign": row.id in reach(actor, Deed.ASSIGN, confidential=False),
            "may_lead": row.id in reach(actor, Deed.LEAD, confidential=False),
        },
    )


def _reassign(request: HttpRequest, actor: Actor, row: TeamRow) -> None:
    """Give the ticked cases to one person of the team, or back to it; each for itself, and say what did not go."""
    wanted, references = request.POST.get("to", ""), request.POST.getlist("case")[:LISTED]
    person = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else None
    if not references or (person is None and wanted != "team"):
        messages.error(request, _("Choose cases and a colleague."))
        return
    done, refused, given = 0, [], set()
    for reference in references:
        try:
            case = assign_case(
                reference=reference, team_id=row.id, professional_id=person, actor=actor, now=timezone.now()
            )
        except Invalid as error:
            refused.append(f"{reference}: {' '.join(str(one.detail) for one in error.errors)}")
        except DomainError as error:
            refused.append(f"{reference}: {error.message}")
        else:
            done += 1
            given.add(case.assignee_id)
    if done:
        words = ngettext("%(count)d case was given.", "%(count)d cases were given.", done) % {"count": done}
        instead = [roster().people[pk].name for pk in given - {person} if pk is not None and pk in roster().people]
        if person and instead:
            words += " " + _("%(name)s is away; %(instead)s has them now.") % {
                "name": roster().people[person].name,
                "instead": ", ".join(instead),
            }
        messages.success(request, words)
    for words in refused:
        messages.error(request, words)
