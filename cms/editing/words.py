"""Texts of Wagtail that we say in our own words: our catalogue goes before Wagtail's where both hold a text.

Only where Wagtail's translation speaks of its own machinery, or not the way we speak to people.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

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
    _("Are you sure you want to delete this page?"),
    _("Are you sure you want to delete these pages?"),
    _("Are you sure you want to unpublish this page?"),
    _("Are you sure you want to unpublish these pages?"),
    _("Are you sure you want to publish these pages?"),
    _("Are you sure you want to move these pages?"),
    _("Are you sure you want to move this page into '%(title)s'?"),
    _("Are you sure you want to unschedule this revision?"),
    _("Choose which type of page you'd like to create."),
    _("Sorry, you cannot create a page at this location."),
    _("You saved a new version in another window"),
    _("You have unsaved changes in another window"),
    _("Proceeding will overwrite the changes you made in that window."),
    _("Proceeding will overwrite the changes made by %(user_name)s."),
    _("Alternatively, you can view the latest version in a new tab."),
    _("Save your changes before leaving"),
    _("You have <span>unsaved edits</span>"),
    _("Keyboard shortcuts are currently disabled; manage your %(account_link)s to enable them."),
    _("Keyboard shortcuts are currently enabled; manage your %(account_link)s to disable them."),
    _("You haven't uploaded any images."),
    _("You haven't uploaded any documents."),
    _("Or choose from your computer"),
    _("Bold"),
    _("Italic"),
    _("Superscript"),
    _("Subscript"),
    _("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s"),
    ngettext_lazy(
        "This %(model_name)s is referenced %(usage_count)s time.",
        "This %(model_name)s is referenced %(usage_count)s times.",
    ),
    ngettext_lazy(
        "Are you sure you want to delete this image?",
        "Are you sure you want to delete these images?",
    ),
)
