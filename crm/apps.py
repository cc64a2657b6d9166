from django.apps import AppConfig


class CrmConfig(AppConfig):
    """Home of the wiring: urls, navigation, effects, commands."""

    name = "crm"
    label = "crm"

    def ready(self) -> None:
        from crm.core.jobs import discover

        discover()
