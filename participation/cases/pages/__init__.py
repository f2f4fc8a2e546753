"""The workplace's pages. What is looked at all day is the desk; what is filled in now and then, the server renders."""

from django.urls import include, path, re_path

from participation.cases.pages import duty, handover, leaving, team
from participation.cases.pages.desk import desk

urlpatterns = [
    path("", desk, name="desk"),
    path("", include("participation.cases.pages.looking")),
    path("", include("participation.cases.pages.settings")),
    path("", include("participation.cases.pages.walking")),
    path("rooster/", duty.duty, name="desk_duty"),
    path("rooster/<int:absence_id>/", duty.absence, name="desk_absence"),
    path("rooster/<int:absence_id>/terug/", duty.back, name="desk_back"),
    path("overdracht/", handover.register, name="desk_handovers"),
    path("overdracht/nieuw/", handover.new, name="desk_handover_new"),
    path("overdracht/<int:handover_id>/", handover.handover, name="desk_handover"),
    path("team/", team.team, name="desk_team"),
    path("team/vertrek/<int:professional_id>/", leaving.leaving, name="desk_leaving"),
    re_path(r"^(?P<reference>[A-Z]-[0-9A-Z]{6,10})/$", desk, name="desk_case"),
]
