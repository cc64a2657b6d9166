from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "crm.imports"
    label = "imports"

    def ready(self) -> None:
        from crm.imports import work  # noqa: F401 - registers the kind of operation
