from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "crm.core"
    label = "core"

    def ready(self) -> None:
        # Modules that declare jobs of core itself: whichever process starts must know them all.
        from crm.core import acts, exporting, housekeeping, mailer, operations, undo  # noqa: F401
        from crm.core.lookups import Among  # noqa: F401 - known to every query from here on
