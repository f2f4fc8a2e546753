"""Tells Wagtail about the back-office screens of organisations and routing, and who may use them."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from participation.organisations.admin import POLICIES as ORGANISATION_POLICIES
from participation.routing.admin import POLICIES, SetUpGroup

for model, policy in (ORGANISATION_POLICIES | POLICIES).items():
    register_permission_policy(model, policy)
hooks.register("register_admin_viewset", SetUpGroup)
