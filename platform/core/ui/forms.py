from django.forms.renderers import TemplatesSetting as FormRenderer  # noqa: F401
