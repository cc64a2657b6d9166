from django.urls import path

from crm.insights.views import dashboard, kpis, reports, since

app_name = "insights"

urlpatterns = [
    path("figures/", dashboard.FiguresView.as_view(), name="figures"),
    path("attention/", dashboard.ConcernsView.as_view(), name="concerns"),
    path("since/", since.SinceLastVisitView.as_view(), name="since_last_visit"),
    path("kpis/", kpis.KpiListView.as_view(), name="kpi_list"),
    path("kpis/new/", kpis.KpiCreateView.as_view(), name="kpi_create"),
    path("kpis/history/", kpis.KpiValueListView.as_view(), name="kpi_value_list"),
    path("kpis/featured/", kpis.HomeKpisView.as_view(), name="home_kpis"),
    path("kpis/<int:pk>/", kpis.KpiDetailView.as_view(), name="kpi_detail"),
    path("kpis/<int:pk>/edit/", kpis.KpiUpdateView.as_view(), name="kpi_update"),
    path("kpis/<int:pk>/delete/", kpis.KpiDeleteView.as_view(), name="kpi_delete"),
    path("kpis/<int:pk>/value/", kpis.KpiRecordView.as_view(), name="kpi_record"),
    path("kpis/<int:pk>/measure/", kpis.KpiMeasureView.as_view(), name="kpi_measure"),
    path("kpis/<int:pk>/move/", kpis.KpiMoveView.as_view(), name="kpi_move"),
    path("reports/", reports.ReportListView.as_view(), name="report_list"),
    path("reports/retention/", reports.RetentionView.as_view(), name="retention"),
    path("reports/retention/years/", reports.RetentionYearsView.as_view(), name="retention_years"),
    path("reports/retention/donors/", reports.MovementListView.as_view(), name="movement_list"),
]
