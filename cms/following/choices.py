"""What residents choose among when they follow a wijk."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """What somebody may follow; the codes of pages stand in the addresses of feeds too."""

    WINS = "gelukt", _("What went well")
    NEWS = "nieuws", _("News")
    AGENDA = "agenda", _("Agenda")
    SOLVED = "meldingen", _("Reports solved, in numbers")


ON_DEVICES = (Topic.WINS, Topic.NEWS, Topic.AGENDA)
"""What a device can be told of: pages."""
