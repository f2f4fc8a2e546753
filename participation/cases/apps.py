from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "participation.cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.accounts.leaving import before_deactivation
        from core.events.log import subscribe
        from core.live.access import register_presence, register_streams
        from core.media.access import register_viewer
        from core.work.schedule import register_periodic
        from participation.cases import gauges, tasks
        from participation.cases.access import may_see_presence, may_view_photo, streams_of_user
        from participation.cases.actions import escalation, forwarding, handover, holding
        from participation.cases.actions.answers import load_answers
        from participation.cases.exports import has_old_exports, remove_old_exports
        from participation.cases.leaving import work_in_hand
        from participation.cases.notifications.digest import LOOK_EVERY, send_digests
        from participation.cases.notifications.signals import TOLD_OF, owe_signals
        from participation.cases.search import follow
        from participation.organisations.actions import after_absence
        from participation.routing.actions import after_provision

        gauges.register()
        for event_type in TOLD_OF:
            subscribe(event_type, owe_signals)
        register_periodic("desk-digests", LOOK_EVERY, send_digests)
        register_periodic("remove-old-exports", 3600, remove_old_exports, has_old_exports)
        register_periodic("escalate-late-cases", 20, tasks.escalate_late_cases, escalation.is_due)
        register_periodic("move-what-slipped-in", 10, tasks.move_what_slipped_in, holding.is_left_over)
        register_periodic("bring-work-back", 600, tasks.bring_work_back, tasks.someone_is_replaced)
        register_periodic("remind-of-handovers", 300, tasks.remind_of_unanswered, handover.is_reminder_due)
        register_periodic("remind-of-offers", 300, tasks.remind_of_unanswered_offers, forwarding.is_reminder_due)
        register_periodic("watch-responsibility", 3600, tasks.watch_responsibility)
        after_absence.append(tasks.bring_work_back.enqueue)
        before_deactivation.append(work_in_hand)
        subscribe("*", follow)
        subscribe("case.transitioned", tasks.owe_look_for_win)
        after_provision.append(load_answers)
        register_viewer(may_view_photo)
        register_streams("inbox", streams_of_user)
        register_presence(may_see_presence)
