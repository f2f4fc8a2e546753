"""Tells Wagtail about the back-office screens of initiatives, and who may use them."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from participation.initiatives.admin import POLICIES, InitiativesGroup

for model, policy in POLICIES.items():
    register_permission_policy(model, policy)
hooks.register("register_admin_viewset", InitiativesGroup)
