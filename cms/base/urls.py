"""Addresses of what editors upload."""

from django.urls import include, path
from wagtail.documents import urls as wagtaildocs_urls

from cms.base.views import rendition

urlpatterns = [
    path("media/images/<path:path>", rendition, name="rendition"),
    path("documenten/", include(wagtaildocs_urls)),
]
