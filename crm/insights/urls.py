from django.urls import path

from crm.insights.views import dashboard, reports, since

app_name = "insights"

urlpatterns = [
    path("figures/", dashboard.FiguresView.as_view(), name="figures"),
    path("attention/", dashboard.ConcernsView.as_view(), name="concerns"),
    path("since/", since.SinceLastVisitView.as_view(), name="since_last_visit"),
    path("reports/", reports.ReportListView.as_view(), name="report_list"),
    path("reports/retention/", reports.RetentionView.as_view(), name="retention"),
    path("reports/retention/donors/", reports.MovementListView.as_view(), name="movement_list"),
]
