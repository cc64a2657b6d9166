"""Where each report is, whichever domain serves it: url names, as data."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Report:
    label: object
    text: object
    icon: str
    url_name: str
    permission: str
    query: str = ""  # of the list it is


# Reports, wherever they live: each counts what the person may see, and every number leads to its rows.
REPORTS: tuple[tuple[object, tuple[Report, ...]], ...] = (
    (
        _("Giving"),
        (
            Report(
                _("Gifts in numbers"),
                _("What was received month after month, beside the year before."),
                "chart-bar",
                "giving:gift_months",
                "gifts.view",
            ),
            Report(
                _("Compare campaigns"),
                _("What each campaign raised and cost, its donors, its return."),
                "target-arrow",
                "giving:campaign_compare",
                "funds.view",
            ),
            Report(
                _("Funds"),
                _("What came in for each fund, what was spent and what is left."),
                "building-bank",
                "giving:fund_list",
                "funds.view",
            ),
            Report(
                _("Pledges"),
                _("What is promised, what it is worth a month, what is late."),
                "repeat",
                "giving:pledge_list",
                "pledges.view",
            ),
        ),
    ),
    (
        _("Donors"),
        (
            Report(
                _("Retention of donors"),
                _("Who came, stayed, gave more or less, and left, from one year to the next."),
                "users",
                "insights:retention",
                "gifts.view",
            ),
            Report(
                _("Top donors"),
                _("The largest lifetime totals first."),
                "trophy",
                "contacts:contact_list",
                "gifts.view",
                "sort=-total",
            ),
            Report(
                _("Gave last year, not this year"),
                _("LYBUNT: last year but unfortunately not this one, the largest totals first."),
                "calendar-event",
                "contacts:contact_list",
                "gifts.view",
                "ready=lybunt&sort=-total",
            ),
            Report(
                _("Gave before, not this year"),
                _("SYBUNT: some year but unfortunately not this one, last year’s donors among them."),
                "history",
                "contacts:contact_list",
                "gifts.view",
                "ready=sybunt&sort=-total",
            ),
            Report(
                _("Donors at risk"),
                _("Silent for longer than their own rhythm allows."),
                "heart-broken",
                "contacts:contact_list",
                "gifts.view",
                "ready=at_risk&sort=-total",
            ),
            Report(
                _("Engagement of donors"),
                _("The closest first, by a score whose every point is explained on their page."),
                "heart",
                "contacts:contact_list",
                "gifts.view",
                "columns=lifecycle,engagement,trend,total,last_on&sort=-engagement",
            ),
            Report(
                _("Contacts in numbers"),
                _("Who they are: statuses, languages, places, how they came to you."),
                "chart-pie",
                "contacts:statistics",
                "contacts.view",
            ),
        ),
    ),
    (
        _("The team"),
        (
            Report(
                _("Tasks in numbers"),
                _("Who has what to do, what is late, what was done."),
                "checkbox",
                "tasks:statistics",
                "tasks.view",
            ),
            Report(
                _("History of the KPIs"),
                _("What each number you follow was, day after day."),
                "gauge",
                "insights:kpi_value_list",
                "kpis.view",
            ),
        ),
    ),
    (
        _("Books and receipts"),
        (
            Report(
                _("Ledger"),
                _("What was received by account, for the accountant."),
                "report-money",
                "giving:ledger",
                "ledger.view",
            ),
            Report(
                _("Receipts and gifts, for the yearly return"),
                _("Receipted, not receipted, from other charities: the year’s gifts, accounted for."),
                "file-certificate",
                "receipts:reconciliation",
                "receipts.view",
            ),
            Report(
                _("Register of receipts"),
                _("Every receipt issued, void or replaced, by number."),
                "list",
                "receipts:receipt_list",
                "receipts.view",
            ),
        ),
    ),
)
