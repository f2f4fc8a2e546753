"""Tells Wagtail about the back-office screens of cases, and who may use them."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from participation.cases.admin import POLICIES, AnswerViewSet
from participation.cases.responsibility_report import responsibility_item, responsibility_urls
from participation.cases.win_admin import win_urls

for model, policy in POLICIES.items():
    register_permission_policy(model, policy)
hooks.register("register_admin_viewset", AnswerViewSet)
hooks.register("register_admin_urls", responsibility_urls)
hooks.register("register_admin_urls", win_urls)
hooks.register("register_reports_menu_item", responsibility_item)
