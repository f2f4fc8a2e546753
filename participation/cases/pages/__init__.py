"""The workplace's pages. What is looked at all day is the desk; what is filled in now and then, the server renders."""

from django.urls import include, path, re_path

from participation.cases.pages.desk import desk

urlpatterns = [
    path("", desk, name="desk"),
    path("", include("participation.cases.pages.looking")),
    path("", include("participation.cases.pages.settings")),
    path("", include("participation.cases.pages.walking")),
    re_path(r"^(?P<reference>[A-Z]-[0-9A-Z]{6,10})/$", desk, name="desk_case"),
]
