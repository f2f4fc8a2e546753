"""Texts of libraries that people see here. Naming them puts them in our own catalogues, which go before the
library's: allauth's Dutch says "je" to everyone and speaks of authentication, Django and its REST framework
lack some lines, django-tasks has no Dutch at all.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

ALLAUTH = (
    _("A new set of recovery codes has been generated."),
    _("Authenticator app activated."),
    _("Authenticator app deactivated."),
    _("Authenticator code"),
    _("Be patient, you are sending too many requests."),
    _("Incorrect code."),
    _("Incorrect password."),
    _("Password successfully changed."),
    _("Password successfully set."),
    _("Please type your current password."),
    _("Security key added."),
    _("Security key removed."),
    _("Successfully signed in as %(name)s."),
    _("The password reset token was invalid."),
    _("This account is currently inactive."),
    _("Use a security key"),
    _("Use authenticator app or code"),
    _("Use your password"),
    _("You cannot activate two-factor authentication until you have verified your email address."),
    _("You have signed out."),
    _("You must type the same password each time."),
)
DJANGO = (
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
REST_FRAMEWORK = (
    _("Datetime value out of range."),
    _('Enter a valid "slug" consisting of Unicode letters, numbers, underscores, or hyphens.'),
    _("Ensure this field has at least {min_length} elements."),
    _("Ensure this field has no more than {max_length} elements."),
    _("Invalid input."),
    _("Must be a valid UUID."),
    _("Must be a valid boolean."),
    _("Not a valid string."),
    _("Surrogate characters are not allowed: U+{code_point:X}."),
    _("This dictionary may not be empty."),
)
DJANGO_TASKS = (
    pgettext_lazy("Task", "Ready"),
    pgettext_lazy("Task", "Running"),
    pgettext_lazy("Task", "Failed"),
    pgettext_lazy("Task", "Successful"),
    _("Task Result"),
    _("Task Results"),
    _("args kwargs"),
    _("enqueued at"),
    _("exception class path"),
    _("finished at"),
    _("run after"),
    _("started at"),
    _("status"),
    _("task path"),
    _("traceback"),
    _("worker id"),
)
