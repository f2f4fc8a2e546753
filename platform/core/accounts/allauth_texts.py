"""Texts of allauth that people see here. Naming them puts them in our own catalogues, which go before allauth's:
allauth's Dutch says "je" to everyone and speaks of authentication.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

TEXTS = (
    _("A new set of recovery codes has been generated."),
    _("Authenticator app activated."),
    _("Authenticator app deactivated."),
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
