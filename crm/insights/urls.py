from django.urls import path

from crm.insights import views

app_name = "insights"

urlpatterns = [
    path("since/", views.SinceLastVisitView.as_view(), name="since_last_visit"),
]
