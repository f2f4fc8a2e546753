"""Residents' pages: reporting (`/melden/`) and following (`/volgen/`). They work without JavaScript."""

from __future__ import annotations

from django.urls import path

from participation.reports.pages import following, listening, melden, mine, supporting

urlpatterns = [
    *listening.urlpatterns,
    *supporting.urlpatterns,
    path("melden/", melden.page("what"), name="report"),
    path("melden/waar/", melden.page("where"), name="report_where"),
    path("melden/vragen/", melden.page("more"), name="report_questions"),
    path("melden/bereiken/", melden.page("reach"), name="report_reach"),
    path("volgen/", following.following, name="following"),
    path("volgen/bericht/", following.write, name="following_write"),
    path("volgen/oordeel/", following.judge, name="following_judge"),
    path("volgen/contact/", following.contact, name="following_contact"),
    path("volgen/compliment/", following.praise, name="following_praise"),
    path("volgen/toestemming/", following.agree, name="following_agree"),
    path("volgen/intrekken/", following.take_back, name="following_take_back"),
    path("volgen/meldingen/", mine.mine, name="my_reports"),
    path("volgen/meldingen/toestel/", mine.of_device, name="my_reports_of_device"),
    path("volgen/meldingen/code/", mine.ask_code, name="my_reports_code"),
    path("volgen/meldingen/openen/", mine.redeem, name="my_reports_redeem"),
    path("volgen/intrekken/wachtend/", following.withdraw_held, name="following_withdraw_held"),
    path("volgen/open/", following.open_here, name="following_open"),
    path("volgen/<str:token>/", following.exchange, name="following_exchange"),
]
