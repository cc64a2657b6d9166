"""The pages of reports and KPIs, for bin/screens."""

from collections.abc import Callable

from _screens_pipeline import choose, sent


def in_place(page) -> None:
    page.locator("article.mc-kpi a.mc-iconbtn").first.click()
    page.locator("article form input[name=value]").wait_for()


def nonsense(page) -> None:
    in_place(page)
    page.locator("article form input[name=value]").fill("about twelve")
    page.locator("article form.mc-in-place button[type=submit]").click()
    page.locator("article form .is-invalid").wait_for()


def printed(page) -> None:
    page.emulate_media(media="print")


# Name, address below that of the insights, what is done there first, who looks.
PAGES: tuple[tuple[str, str, Callable | None, str], ...] = (
    ("reports", "reports/", None, "admin"),
    ("retention", "reports/retention/", None, "admin"),
    ("retention_before", "reports/retention/?year=2025", None, "admin"),
    ("retention_print", "reports/retention/", printed, "admin"),
    ("movements", "reports/retention/donors/", None, "admin"),
    ("movements_lapsed", "reports/retention/donors/?movement=lapsed_new&movement=lapsed_repeat", None, "admin"),
    ("kpis", "kpis/", None, "admin"),
    ("kpis_year", "kpis/?days=365", None, "admin"),
    ("kpis_arrange", "kpis/?arrange=1", None, "admin"),
    ("kpis_update", "kpis/", in_place, "admin"),
    ("kpis_update_errors", "kpis/", nonsense, "admin"),
    ("kpis_reader", "kpis/", None, "reader"),
    ("kpi", "kpis/{kpi}/", None, "admin"),
    ("kpi_year", "kpis/{kpi}/?days=365", None, "admin"),
    ("kpi_fewer", "kpis/{kpi_fewer}/", None, "fundraiser"),
    ("kpi_live", "kpis/{kpi_live}/", None, "admin"),
    ("kpi_reader", "kpis/{kpi}/", None, "reader"),
    ("kpi_new", "kpis/new/", None, "admin"),
    ("kpi_new_live", "kpis/new/", choose("metric", "raised"), "admin"),
    ("kpi_new_errors", "kpis/new/", sent, "admin"),
    ("kpi_edit", "kpis/{kpi}/edit/", None, "admin"),
    ("kpi_delete", "kpis/{kpi}/delete/", None, "admin"),
    ("kpi_history", "kpis/history/?kpi={kpi}", None, "admin"),
)


def numbers() -> dict[str, int]:
    from crm.insights.models import Kpi

    rows = Kpi.objects.filter(organization__slug="demo").in_order()
    return {
        "kpi": rows.filter(metric="", unit="hours").first().pk,
        "kpi_fewer": rows.filter(metric="", fewer_is_better=True).first().pk,
        "kpi_live": rows.live().first().pk,
    }
