"""Whether a report may come in now: limits per network and device, and a proof of work when very much comes in.

And whether somebody who joins one counts: a number by which work is chosen must not be made at a keyboard.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest
from rest_framework.request import Request

from core.api.client import client_neighbourhood, client_network
from core.api.device import Device, device_of
from core.api.models import IdempotencyKey
from core.api.pressure import require_proof
from core.api.throttles import caller, waiting_time, waiting_times
from core.areas.queries import locate
from core.errors import TooMany
from participation.cases.models import Case
from participation.reports.channels import texted
from participation.reports.models import Supporter
from participation.reports.rules import Submission
from participation.residents.limits import network_limit

LIMITS = ("report", "report-network", "report-device")
"""Of one address, of its network, and of one device."""


def admit(
    request: HttpRequest | Request,
    submission: Submission,
    *,
    key: UUID | None,
    once_per: str,
    proof: str,
    waits: bool = False,
) -> Submission:
    """Counts this report, in one trip to the cache. Raises `TooMany`, or `ProofRequired` when very much comes in.

    Answers it as it may come in: `untexted` when its network had too many text messages sent.
    What was taken in before with this key (`once_per`: the scope of its keys) passes: it only gets its answer again.
    `waits`: from a page without a script, where waiting stands for the proof.
    """
    inner = request._request if isinstance(request, Request) else request
    chain = locate(submission.lon, submission.lat)
    gemeente = f"gemeente:{chain[-1].id if chain else 0}"
    counted = [
        ("report", caller(request)),
        ("report-network", client_neighbourhood(inner)),
        ("pressure", gemeente),
        ("pressure-network", f"{gemeente}|{client_network(inner)}"),
    ]
    device = device_of(inner, key)
    if device.known or key is not None:  # the first one too: by its key, from which the device's secret follows
        counted.append(("report-device", device.secret))
    if texted(email=submission.contact.email, phone=submission.contact.phone):
        counted.append(network_limit(inner))
    left = dict(zip((name for name, _who in counted), waiting_times(counted), strict=True))
    wait = max(left.get(limit) or 0 for limit in LIMITS)
    pressed = bool(left["pressure"] or left["pressure-network"])
    if (wait or pressed) and _is_known(once_per, key):
        return submission
    if wait:
        raise TooMany(wait)
    if pressed:
        require_proof(proof=proof, key=key, waits=waits)
    return replace(submission, untexted=True) if left.get("sms-network") else submission


def admit_supporter(request: HttpRequest | Request, *, case: Case, device: Device, key: UUID | None) -> bool:
    """Whether this joining counts for the report; raises `TooMany` for a network from which very many come.

    Of one report only a few new devices at one address count, and no more than a street of its
    wider network: the others join all the same. Who sends again what arrived (`key`) is not counted against it.
    """
    inner = request._request if isinstance(request, Request) else request
    around = client_neighbourhood(inner)
    if (wait := waiting_time("support-network", around)) is not None:
        raise TooMany(wait)
    if (device.known or key is not None) and _has_joined(case, device):
        return True
    counted = [("support-report", f"{case.pk}|{around}")]
    if not device.known:
        counted.append(("support-new", f"{case.pk}|{client_network(inner)}"))
    return not any(waiting_times(counted))


def _has_joined(case: Case, device: Device) -> bool:
    return Supporter.objects.filter(case=case, device_hash=device.hash_in(case.gemeente_id)).exists()


def _is_known(once_per: str, key: UUID | None) -> bool:
    return key is not None and IdempotencyKey.objects.filter(scope=once_per, key=key).exists()
