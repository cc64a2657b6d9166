"""What the accounts do by themselves."""

from django.utils.translation import gettext_lazy as _

from crm.accounts import takeout
from crm.core.jobs import daily, job


@job(schedule=daily(at="03:40"), label=_("Forget old copies of everything"))
def forget_old_takeouts() -> int:
    return takeout.forget_old_takeouts()
