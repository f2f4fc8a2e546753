"""Every address of the platform."""

from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from cms.base import kept, translations
from core.accounts.views import to_sign_in
from core.api.views import no_such_address
from core.live import health
from participation.organisations import invitation_pages

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("", include("core.ui.urls")),
    path("api/v1/", include("config.api")),
    re_path(r"^api(?:/|$)", no_such_address),
    path("", include("core.media.urls")),
    path("", include("core.places.urls")),
    path("", include("participation.reports.pages")),
    path("", include("participation.initiatives.pages")),
    path("", include("participation.polls.pages")),
    path("", include("participation.residents.pages")),
    path("", include("cms.following.pages")),
    path("werk/uitnodigingen/", include("participation.organisations.invitation_pages")),
    path("werk/mijn-kaart/", include("participation.organisations.card_pages")),
    path("werk/", include("participation.cases.pages")),
    # Wagtail's own ways in know no second factor.
    path("beheer/login/", to_sign_in),
    path("_util/login/", to_sign_in),
    path("beheer/", include("cms.editing.guarded")),
    path("beheer/", include(wagtailadmin_urls)),
    path("account/invitation/", include(invitation_pages.public_urlpatterns)),
    path("account/", include("core.accounts.urls")),
    path("", include("cms.agenda.pages")),
    path("", include("cms.search.pages")),
    path("", include("cms.base.urls")),
    path("", include("cms.public.urls")),
    *translations.urlpatterns(),
    re_path(wagtail_urls.serve_pattern, kept.page),
    path("", include(wagtail_urls)),
]

handler400 = "core.ui.views.bad_request"
handler403 = "core.ui.views.forbidden"
handler404 = "core.ui.views.not_found"
handler500 = "core.ui.views.server_error"
