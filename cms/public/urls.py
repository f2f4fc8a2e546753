"""Addresses for machines and other websites."""

from django.urls import path

from cms.public.sitemap import sitemap
from cms.public.widgets import choose, widget

urlpatterns = [
    path("sitemap.xml", sitemap, name="sitemap"),
    path("insluiten/<str:code>/", choose, name="choose_widget"),
    path("insluiten/<slug:kind>/<str:code>/", widget, name="widget"),
]
