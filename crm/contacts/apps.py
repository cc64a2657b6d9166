from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ContactsConfig(AppConfig):
    name = "crm.contacts"
    label = "contacts"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from crm.contacts import mentions
        from crm.contacts.criteria import consents, own  # noqa: F401 - they register what contacts know of themselves
        from crm.contacts.custom_fields import meanings
        from crm.contacts.digest import collect_contacts
        from crm.contacts.finder import find
        from crm.core.changes import register_json
        from crm.core.finder import register_finder
        from crm.notifications.digest import register_section
        from crm.notifications.kinds import register_kind

        register_kind(
            mentions.MENTION, label=_("Notes in which you are named"), icon="at", tone="is-info", tell=mentions.tell
        )
        register_json("contacts.contact", "custom", meanings)
        post_migrate.connect(index_after_migrate, sender=self)
        register_section("contacts", order=20, permission="contacts.view", collect=collect_contacts)
        register_finder("contacts", order=10, label=_("Contacts"), permission="contacts.view", find=find)


def index_after_migrate(sender, using: str, **kwargs) -> None:
    """SQLite loses the search triggers whenever Django remakes the table; put them back."""
    from crm.core.search import ensure_sqlite_index

    ensure_sqlite_index(sender.get_model("Contact"), using=using)
