"""The account pages: what allauth offers, without what an administrator does here (signing up, other addresses)."""

from __future__ import annotations

from allauth.account import views
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from core.accounts import oidc
from core.accounts.sessions import EndSessionView, SessionsView
from core.accounts.views import SignInView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="mfa_index")),
    path("login/", SignInView.as_view(), name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("sso/login/", oidc.start, name="oidc_start"),
    path("sso/login/callback/", oidc.callback, {"provider_id": oidc.PROVIDER_ID}, name="openid_connect_callback"),
    path("sessions/", SessionsView.as_view(), name="usersessions_list"),
    path("sessions/<int:pk>/end/", EndSessionView.as_view(), name="usersessions_end"),
    path("2fa/", include("allauth.mfa.urls")),
]
