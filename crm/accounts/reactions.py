"""What the audit log keeps of what others do."""

from crm.accounts import audit
from crm.accounts.models import Membership
from crm.core.exporting import ListTakenOut


def log_taken_out(event: ListTakenOut) -> None:
    """The file of a list, made by a worker, is written down as one sent at once is (Law 25)."""
    audit.exported(by=Membership.objects.get(pk=event.actor_id), model=event.model, rows=event.rows, query=event.query)
