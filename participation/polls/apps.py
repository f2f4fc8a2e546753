from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PollsConfig(AppConfig):
    name = "participation.polls"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Each part of polls tells the lower storeys what they need of it: a line or two each."""
        from core.events.log import subscribe
        from core.live.access import register_public
        from core.media.access import register_viewer
        from core.work.schedule import register_periodic
        from participation.polls.actions.proving import PURPOSE
        from participation.polls.casework import connect_cases
        from participation.polls.events import ANSWERED, CHANGED, STEP
        from participation.polls.holdings import connect_holdings
        from participation.polls.queries.listing import told_anew
        from participation.polls.queries.photos import may_view_photo
        from participation.polls.queries.public import public_streams
        from participation.polls.tasks import batches, counting, telling
        from participation.residents.codes import register_purpose

        connect_cases()
        connect_holdings()
        register_viewer(may_view_photo)
        register_purpose(
            PURPOSE, subject=_("%(digits)s is your code to vote"), says=_("With this code you vote in a poll, once:")
        )
        register_public("poll:", public_streams)
        for event_type in (STEP, CHANGED, ANSWERED):
            subscribe(event_type, told_anew)
        register_periodic("count-ballots", 1, counting.count_polls, counting.anything_to_count)
        register_periodic("forget-poll-listeners", 3600, telling.forget_unconfirmed, telling.anybody_unconfirmed)
        register_periodic("close-polls", 20, counting.close_polls, counting.anything_to_close)
        register_periodic("forget-codes", 600, batches.forget_codes, batches.anything_to_forget)
