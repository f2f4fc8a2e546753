from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "participation.reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.events.log import subscribe
        from core.live.access import register_public, register_tracking, register_tracking_cookie
        from core.media.access import register_viewer
        from core.notify.push import register_use
        from core.work.schedule import register_periodic
        from participation.cases.subjects import register_subject, register_words
        from participation.cases.wins import register_good_news
        from participation.reports.celebrating import owe_good_news
        from participation.reports.following import COOKIE, may_view_photo, streams_of_token
        from participation.reports.held import may_view_held_photo
        from participation.reports.history import examples
        from participation.reports.listening.actions import listens_somewhere
        from participation.reports.listening.tasks import owe_push, sweep_listeners
        from participation.reports.overview import public_streams
        from participation.reports.own_data import connect_holding
        from participation.reports.previewing import mail_about
        from participation.reports.queries import (
            person_of_report,
            reports_of_same_person,
            subject_of_report,
            words_of_reports,
        )
        from participation.reports.returning import connect_codes
        from participation.reports.supporting.linking import count_together
        from participation.reports.supporting.tasks import owe_updates
        from participation.reports.tasks import ask_again, owe_news, remember_refused, sweep_drafts, sweep_held
        from participation.residents.codes import register_refused
        from participation.routing.proposals.training import register_history
        from participation.texts.screening import marks_of

        register_subject(
            "report",
            subject_of_report,
            person=person_of_report,
            mail=mail_about,
            same_person=reports_of_same_person,
            marks=marks_of,
        )
        register_words("report", words_of_reports)
        register_good_news(owe_good_news)
        register_history(examples)
        register_use(listens_somewhere)
        connect_codes()
        register_refused(remember_refused)
        connect_holding()
        register_viewer(may_view_photo)
        register_viewer(may_view_held_photo)
        register_periodic("sweep-held-reports", 24 * 3600, sweep_held)
        register_periodic("sweep-drafts", 3600, sweep_drafts)
        register_periodic("sweep-listeners", 24 * 3600, sweep_listeners)
        register_periodic("ask-again", 3600, ask_again)
        register_public("wijk:", public_streams)
        register_tracking(streams_of_token)
        register_tracking_cookie(COOKIE, streams_of_token)
        for event_type in ("case.transitioned", "case.message"):
            subscribe(event_type, owe_news)
            subscribe(event_type, owe_push)
        subscribe("case.transitioned", owe_updates)
        subscribe("case.merged", count_together)
