from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "participation.cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.live.access import register_presence, register_streams
        from core.media.access import register_viewer
        from participation.cases.access import may_see_presence, may_view_photo, streams_of_user
        from participation.cases.actions.answers import load_answers
        from participation.routing.actions import after_provision

        after_provision.append(load_answers)
        register_viewer(may_view_photo)
        register_streams("inbox", streams_of_user)
        register_presence(may_see_presence)
