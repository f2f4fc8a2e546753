from django.apps import AppConfig


class InitiativesConfig(AppConfig):
    name = "participation.initiatives"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Each part of initiatives tells the lower storeys what they need of it: a line or two each."""
        from core.live.access import register_public
        from core.media.access import register_viewer
        from core.work.schedule import register_periodic
        from participation.initiatives.casework import connect_cases
        from participation.initiatives.holdings import connect_holdings
        from participation.initiatives.pages.viewing import may_view_scan
        from participation.initiatives.queries.photos import may_view_photo
        from participation.initiatives.queries.public import public_streams
        from participation.initiatives.tasks import commenting, group, supporting

        connect_cases()
        connect_holdings()
        register_public("initiative:", public_streams)
        register_viewer(may_view_photo)
        register_viewer(may_view_scan)
        register_periodic("initiative-digests", 60, supporting.owe_digests, supporting.anybody_due)
        register_periodic("sweep-initiative-digests", 24 * 3600, supporting.sweep_digests)
        register_periodic("sweep-initiative-invitations", 24 * 3600, group.forget_invitations)
        register_periodic("sweep-initiative-blocks", 3600, commenting.sweep_blocks)
