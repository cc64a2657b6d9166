from django.urls import path

from crm.imports import views

app_name = "imports"

urlpatterns = [
    path("", views.ImportListView.as_view(), name="import_list"),
    path("new/", views.ImportCreateView.as_view(), name="import_create"),
    path("template/", views.TemplateView.as_view(), name="import_template"),
    path("<int:pk>/", views.ImportDetailView.as_view(), name="import_detail"),
    path("<int:pk>/columns/", views.ImportColumnsView.as_view(), name="import_columns"),
    path("<int:pk>/start/", views.ImportStartView.as_view(), name="import_start"),
    path("<int:pk>/undo/", views.ImportUndoView.as_view(), name="import_undo"),
    path("<int:pk>/refused/", views.RejectedRowsView.as_view(), name="import_rejected"),
]
