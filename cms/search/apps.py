from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "cms.search"
    label = "cms_search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.search.indexing import follow_pages

        follow_pages()
