"""One gift over several funds: a line each, in the same form (F-02)."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from crm.core.money import to_cents
from crm.core.web.forms import AmountField, parse_amount
from crm.giving import rules
from crm.giving.models import Fund

SEVERAL = "several"  # chosen in the list of funds, it opens the lines
BLANK_LINES = 3


class FundIterator(forms.models.ModelChoiceIterator):
    """The funds, and last the way to name several."""

    def __iter__(self):
        yield from super().__iter__()
        yield (SEVERAL, self.field.several_label)


class FundField(forms.ModelChoiceField):
    """One fund, or ``None`` for “several”: then the lines say which."""

    iterator = FundIterator
    several_label = _("Several funds…")

    def clean(self, value) -> Fund | None:
        return None if value == SEVERAL else super().clean(value)


class SplitsWidget(forms.Widget):
    """Lines of a fund and an amount, as lists under two names; ``splits.js`` adds lines and counts what is left."""

    template_name = "giving/splits_widget.html"
    funds: list[Fund] = []
    amount = ""  # the id of the field that holds the whole

    def get_context(self, name, value, attrs) -> dict:
        context = super().get_context(name, None, attrs)
        lines = [(str(fund), AmountField().prepare_value(amount)) for fund, amount in value or ()]
        context["widget"] |= {
            "lines": [*lines, *[("", "")] * max(1, BLANK_LINES - len(lines))],
            "funds": self.funds,
            "amount": self.amount,
        }
        return context

    def value_from_datadict(self, data, files, name) -> list[tuple[str, str]]:
        if not hasattr(data, "getlist"):
            return data.get(name) or []
        funds, amounts = data.getlist(f"{name}_fund"), data.getlist(f"{name}_amount")
        lines = zip(funds, [*amounts, *[""] * (len(funds) - len(amounts))], strict=False)
        return [(fund.strip(), amount.strip()) for fund, amount in lines if fund.strip() or amount.strip()]

    def value_omitted_from_data(self, data, files, name) -> bool:
        return f"{name}_fund" not in data

    def refill(self, data: QueryDict, name: str, value) -> None:
        """Write ``value`` as if it had been sent (:func:`crm.accounts.meanwhile.refilled`)."""
        data.setlist(f"{name}_fund", [str(fund) for fund, _amount in value or ()])
        data.setlist(f"{name}_amount", [str(AmountField().prepare_value(amount)) for _fund, amount in value or ()])

    def use_required_attribute(self, initial) -> bool:
        return False


class SplitsField(forms.Field):
    """Cleans to ``{fund: amount}``, empty for a gift that is not split. ``queryset`` holds the funds one may name."""

    widget = SplitsWidget

    def __init__(self, queryset, **kwargs) -> None:
        super().__init__(required=False, **kwargs)
        self.queryset = queryset

    def clean(self, value) -> dict[Fund, Decimal]:
        found: dict[Fund, Decimal] = {}
        funds = {str(fund.pk): fund for fund in self.queryset} if value else {}
        for number, (key, text) in enumerate(value or (), start=1):
            if key not in funds:
                raise ValidationError(_("Line %(number)d: choose the fund."), params={"number": number})
            amount = text if isinstance(text, Decimal) else parse_amount(text)
            if problem := rules.amount_problem(amount):
                raise ValidationError(_("Line %(number)d: %(problem)s"), params={"number": number, "problem": problem})
            if funds[key] in found:
                raise ValidationError(
                    _("%(fund)s is named on two lines. Add the two amounts up."), params={"fund": funds[key].name}
                )
            found[funds[key]] = to_cents(amount)
        return found

    def has_changed(self, initial, data) -> bool:
        return [tuple(map(str, one)) for one in initial or ()] != [tuple(map(str, one)) for one in data or ()]
