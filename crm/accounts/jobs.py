"""The team's mornings: saved views that come by e-mail."""

from django.utils.translation import gettext_lazy

from crm.accounts import sending_views
from crm.core.jobs import every, job


@job(schedule=every(minutes=60), label=gettext_lazy("Send the saved views that are due"))
def send_views() -> int:
    """Each is claimed with the work that makes its file: once for each Monday or month. Returns how many were begun."""
    return sum(sending_views.send(view.pk) is not None for view in sending_views.due())
