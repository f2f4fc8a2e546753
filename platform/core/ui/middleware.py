from django.middleware.locale import LocaleMiddleware as LanguageMiddleware  # noqa: F401
