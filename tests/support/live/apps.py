from django.apps import AppConfig


class LivePlugConfig(AppConfig):
    name = "tests.support.live"
    label = "live_plug"

    def ready(self) -> None:
        from core.live import access
        from tests.support.live.streams import name_on_case, streams_of_token, streams_of_user

        access.register_streams("inbox", streams_of_user)
        access.register_public("open:", lambda names, _only: names)
        access.register_tracking(streams_of_token)
        access.register_tracking_cookie("volgen", streams_of_token)
        access.register_presence(name_on_case)
