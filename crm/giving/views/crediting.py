"""Screens of soft credits and matching gifts: a panel of the gift, the list of matches, the companies that match."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.models import Contact
from crm.core.money import format_money
from crm.core.web.actions import Link
from crm.core.web.views import (
    ActionView,
    CreateView,
    DeleteView,
    FormView,
    ListView,
    PanelView,
    UpdateView,
)
from crm.giving import services, soft_credits
from crm.giving.filters import ClaimFilter, ProgramFilter
from crm.giving.forms import ClaimForm, CreditForm, ProgramForm, ReceiveForm, SubmitForm
from crm.giving.models import Gift, MatchingClaim, MatchingProgram, SoftCredit
from crm.giving.tables_credits import ClaimTable, ProgramTable


class GiftCreditsView(PanelView):
    """On the page of a gift: who else is credited with it, and what a company adds to it."""

    permission = "gifts.view"
    model = Gift
    fragment_name = "giving/_gift_credits.html"
    context_name = "gift"
    title = gettext_lazy("Credits and matching")

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner")

    def get_context(self, **context) -> dict:
        gift, by = self.object, self.membership
        may_change = by.can("gifts.change", gift)
        credited = gift.credits.select_related("contact__owner").order_by("pk")
        claims = gift.claims.select_related("program__company", "paid_by").order_by("pk")
        matched = gift.matched.select_related("gift__contact__owner").order_by("pk")
        return super().get_context(
            credited=[(one, by.can("contacts.view", one.contact)) for one in credited],
            claims=list(claims),
            matched=[(one, by.can("contacts.view", one.gift.contact)) for one in matched],
            may_change=may_change,
            may_match=may_change
            and gift.status == "completed"
            and not gift.is_property
            and MatchingProgram.objects.visible_to(by).active().exists(),
            **context,
        )


class GiftPartView(FormView):
    """An act asked for on the page of a gift, or of one of its matches."""

    permission = "gifts.change"
    model = Gift

    def load(self) -> None:
        self.object = self.get_object()

    @property
    def gift(self) -> Gift:
        return self.object

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner")

    def get_success_url(self) -> str:
        return self.gift.get_absolute_url()

    def get_cancel_url(self) -> str:
        return self.gift.get_absolute_url()

    def check_reach(self) -> None:
        """The gift stays within reach: nothing here moves it."""


class CreditCreateView(GiftPartView):
    permission = "gifts.change"
    form_class = CreditForm
    title = gettext_lazy("Credit somebody with this gift")
    submit_label = gettext_lazy("Save the credit")
    success_message = gettext_lazy("The credit is saved. It is added to no total of gifts received.")
    template_name = "giving/credit_form.html"

    def get_initial(self) -> dict:
        return {"amount": self.gift.amount}

    def act(self, form: CreditForm) -> None:
        services.credit(self.gift, **form.cleaned_data, by=self.membership)

    def get_context(self, **context) -> dict:
        return super().get_context(gift=self.gift, **context)


class CreditDeleteView(ActionView):
    permission = "gifts.change"
    model = SoftCredit
    service = staticmethod(services.take_credit_back)
    title = gettext_lazy("Take this credit back?")
    submit_label = gettext_lazy("Take the credit back")
    success_message = gettext_lazy("The credit is taken back.")

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner", "gift")

    def get_question(self, obj: SoftCredit) -> str:
        return _("%(name)s is no longer credited with %(amount)s of this gift. The gift itself stays as it is.") % {
            "name": obj.contact.name,
            "amount": format_money(obj.amount, obj.gift.currency),
        }


class ContactCreditsView(PanelView):
    """Under the gifts of a contact: those of others that they are credited with."""

    permission = "gifts.view"
    model = Contact
    fragment_name = "giving/_contact_credits.html"
    context_name = "contact"
    title = gettext_lazy("Gifts of others credited")

    def get_context(self, **context) -> dict:
        by = self.membership
        rows = soft_credits.credited_gifts(self.object)
        return super().get_context(
            rows=[(one, by.can("gifts.view", one.gift)) for one in rows],
            sums=soft_credits.credited(self.object, currency=by.organization.currency),
            **context,
        )


# --- matching -----------------------------------------------------------------------------------------------------------
class ClaimListView(ListView):
    permission = "gifts.view"
    model = MatchingClaim
    table_class = ClaimTable
    filterset_class = ClaimFilter
    actions = (Link(gettext_lazy("Companies that match"), "giving:program_list", "building", "funds.view"),)
    title = gettext_lazy("Matching gifts")
    empty_icon = "building"
    empty_title = gettext_lazy("No gift to match yet")
    empty_text = gettext_lazy(
        "Add the companies that match gifts; those of the people who work for them then show here by themselves."
    )

    def get_queryset(self):
        return super().get_queryset().order_by("-pk")


class ClaimCreateView(GiftPartView):
    permission = "gifts.change"
    form_class = ClaimForm
    title = gettext_lazy("Which company matches this gift?")
    submit_label = gettext_lazy("Add the match")
    success_message = gettext_lazy("The match is added: it can be asked for.")

    def get_form(self, data=None, files=None) -> ClaimForm:
        return ClaimForm(data, membership=self.membership, gift=self.gift)

    def act(self, form: ClaimForm) -> None:
        services.claim_match(self.gift, **form.cleaned_data, by=self.membership)


class ClaimActView(GiftPartView):
    """An act on one match, asked for on the page of its gift."""

    abstract = True
    permission = "gifts.change"
    model = MatchingClaim

    @property
    def gift(self) -> Gift:
        return self.object.gift

    def get_queryset(self):
        return MatchingClaim.objects.visible_to(self.membership).select_related(
            "gift__contact__owner", "program__company", "organization"
        )


class ClaimSubmitView(ClaimActView):
    permission = "gifts.change"
    form_class = SubmitForm
    title = gettext_lazy("The company was asked?")
    submit_label = gettext_lazy("Mark as asked for")
    success_message = gettext_lazy("The match is marked as asked for.")

    def act(self, form: SubmitForm) -> MatchingClaim:
        return services.submit_claim(self.object, **form.cleaned_data, by=self.membership)


class ClaimReceiveView(ClaimActView):
    permission = "gifts.change"
    form_class = ReceiveForm
    title = gettext_lazy("The company gave?")
    submit_label = gettext_lazy("Mark as received")
    success_message = gettext_lazy("The match is received. The donor is credited with it.")
    template_name = "giving/claim_receive.html"

    def get_form(self, data=None, files=None) -> ReceiveForm:
        return ReceiveForm(data, membership=self.membership, claim=self.object)

    def act(self, form: ReceiveForm) -> MatchingClaim:
        return services.receive_claim(self.object, **form.cleaned_data, by=self.membership)

    def get_context(self, **context) -> dict:
        return super().get_context(
            claim=self.object,
            has_gifts=soft_credits.payable(self.object).exists(),
            may_give=self.membership.can("gifts.add", self.object.program.company),
            **context,
        )


class ClaimRefuseView(ActionView):
    permission = "gifts.change"
    model = MatchingClaim
    service = staticmethod(services.refuse_claim)
    title = gettext_lazy("The company does not match this gift?")
    question = gettext_lazy("The match leaves the list of what is asked for. It can be opened again.")
    submit_label = gettext_lazy("Mark as refused")
    success_message = gettext_lazy("The match is marked as refused.")


class ClaimReopenView(ActionView):
    permission = "gifts.change"
    model = MatchingClaim
    service = staticmethod(services.reopen_claim)
    title = gettext_lazy("Open this match again?")
    question = gettext_lazy("It was marked by mistake: it is asked for, or could be, as before.")
    submit_label = gettext_lazy("Open it again")
    success_message = gettext_lazy("The match is open again.")


class ProgramListView(ListView):
    permission = "funds.view"
    model = MatchingProgram
    table_class = ProgramTable
    filterset_class = ProgramFilter
    actions = (Link(gettext_lazy("New company"), "giving:program_create", "plus", "funds.add", primary=True),)
    title = gettext_lazy("Companies that match gifts")
    empty_icon = "building"
    empty_title = gettext_lazy("No company that matches yet")
    empty_text = gettext_lazy("Some employers add to the gifts of their people. Write down what each of them adds.")

    def get_queryset(self):
        return super().get_queryset().order_by("company__sort_name", "pk")


class ProgramCreateView(CreateView):
    permission = "funds.add"
    model = MatchingProgram
    form_class = ProgramForm
    service = staticmethod(services.save_program)
    title = gettext_lazy("New company that matches gifts")
    submit_label = gettext_lazy("Save the company")
    success_message = gettext_lazy("The company is saved.")
    template_name = "giving/program_form.html"

    def get_cancel_url(self) -> str:
        return self.url("giving:program_list")


class ProgramUpdateView(UpdateView):
    permission = "funds.change"
    model = MatchingProgram
    form_class = ProgramForm
    service = staticmethod(services.save_program)
    title = gettext_lazy("Edit what the company adds")
    submit_label = gettext_lazy("Save the company")
    success_message = gettext_lazy("The company is saved.")
    template_name = "giving/program_form.html"

    def get_queryset(self):
        return super().get_queryset().select_related("company")

    def get_context(self, **context) -> dict:
        return super().get_context(may_delete=self.membership.can("funds.delete", self.object), **context)


class ProgramDeleteView(DeleteView):
    permission = "funds.delete"
    model = MatchingProgram
    service = staticmethod(services.delete_program)
    title = gettext_lazy("Delete this company’s program?")
    submit_label = gettext_lazy("Delete the program")
    success_message = gettext_lazy("The program is deleted.")
    list_url_name = "giving:program_list"

    def get_queryset(self):
        return super().get_queryset().select_related("company")

    def get_question(self, obj: MatchingProgram) -> str:
        return _("What %(company)s adds is no longer known. This is possible only while it was never asked.") % {
            "company": obj.company.name
        }
