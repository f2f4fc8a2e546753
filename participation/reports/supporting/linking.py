"""When two reports of one thing are linked, who supports both counts once; undone, they count with each again."""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.functions import Lower

from core.events.models import Event
from participation.cases.models import Case
from participation.reports.models import Contact, Supporter


def count_together(event: Event) -> None:
    """In the transaction that links or unlinks, which holds both cases: take out who would count twice, or put back.

    Both cases count one less for each, so that undoing the link takes along what it brought (`cases.duplicates`).
    """
    if "of" not in event.payload:
        return  # the same, told of the main case
    own = Case.objects.filter(reference=event.subject.partition("/")[2]).values_list("pk", flat=True)[0]
    theirs = Supporter.objects.filter(case_id=own)
    if event.payload.get("undone"):
        back = theirs.filter(counts_there=True).update(counted=True, counts_there=False)
        if back:
            Case.objects.filter(pk=own).update(supporter_count=F("supporter_count") + back)
        return
    rows = list(theirs.filter(counted=True))
    if not rows:
        return
    main = Case.objects.filter(reference=event.payload["of"]).values_list("pk", flat=True)[0]
    others = Q(case_id=main) | Q(case__duplicate_of_id=main) & ~Q(case_id=own)
    known = Supporter.objects.filter(others, counted=True).values_list("device_hash", Lower("email"), "phone")
    reported = Contact.objects.filter(Q(report_id=main) | Q(report__case__duplicate_of_id=main))
    seen = {value for row in known for value in row} | {
        value for row in reported.values_list(Lower("email"), "phone") for value in row
    }
    seen.discard("")
    double = [one.pk for one in rows if not seen.isdisjoint({one.device_hash, one.email.lower(), one.phone})]
    if double:
        theirs.filter(pk__in=double).update(counted=False, counts_there=True)
        Case.objects.filter(pk__in=[own, main]).update(supporter_count=F("supporter_count") - len(double))
