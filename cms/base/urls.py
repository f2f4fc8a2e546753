"""Addresses of what editors upload."""

from django.urls import include, path
from wagtail.documents import urls as wagtaildocs_urls

from cms.base.views import rendition, share_image, short

urlpatterns = [
    path("media/images/<path:path>", rendition, name="rendition"),
    path("deel/<int:pk>/", short, name="short"),
    path("deel/<int:pk>/<slug:version>.png", share_image, name="share_image"),
    path("documenten/", include(wagtaildocs_urls)),
]
