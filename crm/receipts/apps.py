from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReceiptsConfig(AppConfig):
    name = "crm.receipts"
    label = "receipts"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from crm.contacts import merging
        from crm.core.finder import register_finder
        from crm.giving.services import printed
        from crm.notifications.digest import register_section
        from crm.receipts import checks  # noqa: F401 - registers the system check
        from crm.receipts.digest import collect_receipts
        from crm.receipts.finder import find
        from crm.receipts.services import replacing

        register_section("receipts", order=40, permission="receipts.view", collect=collect_receipts)
        register_finder("receipts", order=30, label=_("Official receipts"), permission="receipts.view", find=find)
        # The words of an issued receipt never change, and whose it was is one of them (triggers.py).
        merging.declare("receipts.receipt.contact", merging.Stay())
        merging.declare("receipts.runline.contact", merging.Stay())  # what a run found on its day
        printed.replaced_by(replacing)
        post_migrate.connect(freeze_after_migrate, sender=self)


def freeze_after_migrate(sender, using: str, **kwargs) -> None:
    from crm.receipts import triggers

    triggers.ensure(using=using)
