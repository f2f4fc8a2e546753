from django.apps import AppConfig


class ApproachesConfig(AppConfig):
    name = "cms.approaches"
    label = "cms_approaches"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.approaches.drafting import draft_of
        from cms.approaches.suggesting import fitting
        from participation.initiatives.approaches import register_approaches, register_describer

        register_approaches(fitting)
        register_describer(draft_of)
