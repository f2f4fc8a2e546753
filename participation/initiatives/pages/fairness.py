"""At the desk, for who leads: where help goes, as a table and as a file."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.errors import NotFound
from participation.cases.permissions import Deed, reach
from participation.initiatives.queries.fairness import Fairness, fairness_of
from participation.organisations.access import professional_of

PERIODS: dict[str, tuple[Any, timedelta | None]] = {
    "": (gettext_lazy("All years"), None),
    "jaar": (gettext_lazy("The last year"), timedelta(days=365)),
    "kwartaal": (gettext_lazy("The last three months"), timedelta(days=91)),
}


@never_cache
@login_required
@require_safe
def fairness(request: HttpRequest) -> HttpResponse:
    """GET ?periode=: also `&vorm=csv`. For others than leads it is not there."""
    actor = professional_of(request)
    leads = reach(actor, Deed.SEE_TEAM, confidential=False)
    if not (leads.everywhere or leads.ids) or actor.gemeente_id is None:
        raise NotFound
    period = request.GET.get("periode", "")
    period = period if period in PERIODS else ""
    back = PERIODS[period][1]
    now = timezone.now()
    found = fairness_of(actor.gemeente_id, now=now, since=now - back if back else None)
    if request.GET.get("vorm") == "csv":
        return _csv(found)
    context = {"found": found, "periods": [(name, label) for name, (label, _back) in PERIODS.items()], "period": period}
    return render(request, "desk/initiative_fairness.html", context)


def _csv(found: Fairness) -> HttpResponse:
    """Amounts in euros with a point, days with a point: as spreadsheets of every language read them."""
    out = StringIO()
    rows = csv.writer(out)
    rows.writerow(
        [_("Code"), _("Neighbourhood"), _("Initiatives"), _("Under way"), _("Succeeded"), _("Help asked"),
         _("Help granted"), _("Money granted (€)"), _("Days until an answer"), _("Inhabitants"),
         _("Waiting for an answer")]
    )  # fmt: skip
    for row in found.rows:
        days = "" if row.days is None else f"{row.days:.1f}"
        rows.writerow(
            [row.code, row.name, row.initiatives, row.running, row.done, row.asked, row.granted,
             f"{row.cents / 100:.2f}", days, "" if row.inhabitants is None else row.inhabitants, row.waiting]
        )  # fmt: skip
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="initiatieven-per-wijk.csv"'
    return response


urlpatterns: list[Any] = [path("werk/initiatieven/verdeling/", fairness, name="desk_fairness")]
