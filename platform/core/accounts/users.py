"""Wagtail's accounts in the back office, with our forms."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):  # type: ignore[misc]  # untyped
    user_viewset = "core.accounts.admin.UserViewSet"
