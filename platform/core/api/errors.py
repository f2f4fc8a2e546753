from rest_framework.views import exception_handler as problem_handler  # noqa: F401
