"""Wagtail's accounts in the back office, with our forms."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    user_viewset = "core.accounts.admin.UserViewSet"
