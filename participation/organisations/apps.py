from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "participation.organisations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.accounts.models import after_save
        from core.accounts.oidc import register_admission
        from core.areas.policies import register_workplace
        from core.media.access import register_shown, register_viewer
        from core.work.schedule import register_periodic
        from participation.organisations import groups, queries
        from participation.organisations.access import gemeente_of, may_view_face
        from participation.organisations.card_pages import may_view_waiting_portrait
        from participation.organisations.import_task import forget_previews
        from participation.organisations.own_card import some_day_passed
        from participation.organisations.tasks import forget_passed_days

        register_workplace(gemeente_of)
        register_shown(lambda photo_id: photo_id in queries.roster().faces)
        register_viewer(may_view_face)
        register_viewer(may_view_waiting_portrait)
        register_admission(groups.admit)
        after_save.append(queries.accounts_changed)
        register_periodic("organisations.forget_passed_days", 3600, forget_passed_days, some_day_passed)
        register_periodic("organisations.forget_previews", 24 * 3600, forget_previews)
