from crm.core.querysets import ScopedQuerySet


class ContactQuerySet(ScopedQuerySet):
    resource = "contacts"
    owner_path = "owner"

    def active(self) -> "ContactQuerySet":
        return self.filter(archived_at=None)

    def archived(self) -> "ContactQuerySet":
        return self.exclude(archived_at=None)

    def recent_first(self) -> "ContactQuerySet":
        """The order of every list unless asked otherwise (C-06)."""
        return self.order_by("-last_contact_at", "-pk")


class ContactChildQuerySet(ScopedQuerySet):
    """Rows that hang off a contact: seen by who sees the contact."""

    resource = "contacts"
    owner_path = "contact__owner"

    def newest_first(self) -> "ContactChildQuerySet":
        return self.order_by("-at", "-pk")


class NoteQuerySet(ContactChildQuerySet):
    def present(self) -> "NoteQuerySet":
        return self.filter(deleted_at=None)
