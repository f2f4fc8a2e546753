"""My proposals for polls, as a card on `/mijn/`."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from participation.polls.models import Poll
from participation.polls.states import Stage
from participation.residents.holdings import Item, Section
from participation.residents.models import Resident


def polls_section(_request: HttpRequest, resident: Resident) -> Section | None:
    """What somebody proposed, with where it stands. One query."""
    rows = Poll.objects.filter(proposer=resident).order_by("-pk").values_list("slug", "title", "stage")
    items = [
        Item(label=title, address=reverse("poll_proposal", args=[slug]), note=Stage(stage).label)
        for slug, title, stage in rows
    ]
    return Section(
        title=_("Polls you proposed"),
        text="" if items else _("Is there something you want to ask the neighbourhood?"),
        items=items,
        address=reverse("poll_propose"),
        link=_("Propose a poll"),
    )
