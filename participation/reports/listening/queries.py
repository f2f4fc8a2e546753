"""What a page needs to switch messages on and off."""

from __future__ import annotations

import hashlib
from typing import Any

from django.urls import reverse

from core.notify.push import public_key
from participation.reports.models import Listener, Report, Supporter


def panel_of(owner: Report | Supporter) -> dict[str, Any]:
    """`known`: fingerprints of the browsers that listen, so that one of them finds itself and learns of no other."""
    of_report = isinstance(owner, Report)
    listening = Listener.objects.filter(**{"report" if of_report else "supporter": owner})
    return {
        "key": public_key(),
        "known": [fingerprint(one) for one in listening.values_list("endpoint", flat=True)],
        "action": reverse("following_listen" if of_report else "supporting_listen"),
    }


def fingerprint(endpoint: str) -> str:
    """The same as the script's: 16 hexadecimal characters of its SHA-256."""
    return hashlib.sha256(endpoint.encode()).hexdigest()[:16]
