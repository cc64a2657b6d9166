"""Acts on several thank-yous, or several notices to families, at once."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.core.acts import BulkAction, numbered
from crm.core.operations import Undone
from crm.core.web.forms import CrmForm
from crm.giving import services, tributes
from crm.giving.choices import ThankedHow, ThanksStatus


class HowForm(CrmForm):
    how = forms.ChoiceField(label=_("How"), choices=[("", _("Choose")), *ThankedHow.choices])


class ThanksAction(BulkAction):
    permission = "thanks.change"
    owner_path = "gift__contact__owner"
    reasons = {"settled": _("No longer waiting")}

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        return {"settled": ~Q(status=ThanksStatus.DUE)}

    def undo(self, data: dict, *, by) -> Undone:
        return services.take_thanks_back(data, by=by)


class MarkThanked(ThanksAction):
    code, icon = "thanked", "check"
    label = _("Mark as thanked")
    form_class = HowForm
    explanation = _("Somebody thanked these donors already: by phone, in person, by a letter of their own.")

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return services.mark_thanked(ids, how=data["how"], by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Mark %(count)s gift as thanked", "Mark %(count)s gifts as thanked", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s gift is thanked for.", "%(count)s gifts are thanked for.", count), count)


class Waive(ThanksAction):
    code, icon = "waive", "ban"
    label = _("No thanks needed")
    explanation = _("Nobody thanks for these gifts: they leave the queue.")

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return services.waive_thanks(ids, by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Take %(count)s gift out", "Take %(count)s gifts out", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s gift left the queue.", "%(count)s gifts left the queue.", count), count)


class NoticeAction(BulkAction):
    """On the people who are told of gifts."""

    permission = "thanks.change"
    owner_path = "contact__owner"
    reasons = {"settled": _("Nothing to tell")}

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        return {"settled": ~Q(tributes.is_waiting())}

    def undo(self, data: dict, *, by) -> Undone:
        return services.take_notices_back(data, by=by)


class MarkTold(NoticeAction):
    code, icon = "told", "check"
    label = _("Mark as told")
    form_class = HowForm
    explanation = _("Somebody told these people already: by phone, in person, by a letter of their own.")

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return services.mark_told(ids, how=data["how"], by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Mark %(count)s person as told", "Mark %(count)s people as told", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s person is told.", "%(count)s people are told.", count), count)


class WaiveNotice(NoticeAction):
    code, icon = "waive", "ban"
    label = _("No notice needed")
    explanation = _("Nobody tells these people of the gifts that wait. They wait again for the next ones.")

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return services.waive_notices(ids, by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Take %(count)s person out", "Take %(count)s people out", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s person left the list.", "%(count)s people left the list.", count), count)


NOTICE_ACTIONS = (MarkTold(), WaiveNotice())
THANKS_ACTIONS = (MarkThanked(), Waive())
