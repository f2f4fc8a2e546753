"""Tells Wagtail about the back-office screens of reports, and who may use them."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from participation.reports.admin import POLICIES, SafetyGroup, register_actions, show_waiting

for model, policy in POLICIES.items():
    register_permission_policy(model, policy)
hooks.register("register_admin_viewset", SafetyGroup)
hooks.register("construct_homepage_panels", show_waiting)
hooks.register("register_log_actions", register_actions)
