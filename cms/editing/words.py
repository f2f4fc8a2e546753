"""Texts of Wagtail that we say in our own words: our catalogue goes before Wagtail's where both hold a text.

Only where Wagtail's translation speaks of its own machinery, or not the way we speak to people.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SAID_OUR_WAY = (
    _("Set schedule"),
    _("Edit schedule"),
    _("No publishing schedule set"),
    _("Set publishing schedule"),
    _("Save schedule"),
    _("Choose when this page should go live and/or expire"),
    _("Anyone with editing permissions can create schedules"),
    _("But only those with publishing permissions can make them effective."),
    _("go live date/time"),
    _("expiry date/time"),
    _("Awaiting your review"),
    _("Your pages and snippets in a workflow"),
    _("Your most recent edits"),
    _("Request changes"),
    _("Cancel workflow "),
    _("Unlocked"),
    _("Once live anyone can view"),
    _("The page could not be created due to validation errors."),
    _("The page could not be saved due to validation errors."),
    _("There are validation errors, click save to highlight them."),
    _("Go to the first error"),
    _("This field is required."),
)
