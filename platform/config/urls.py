"""Every address of the platform."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("beheer/", include(wagtailadmin_urls)),
    path("account/", include("allauth.urls")),
    path("", include(wagtail_urls)),
]
