from django.urls import path

from crm.core.web import exporting, jobs, operations

app_name = "core"

urlpatterns = [
    path("", operations.OperationListView.as_view(), name="operation_list"),
    path("export/", exporting.ExportView.as_view(), name="export"),
    path("<int:pk>/", operations.OperationDetailView.as_view(), name="operation_detail"),
    path("<int:pk>/cancel/", operations.OperationCancelView.as_view(), name="operation_cancel"),
    path("<int:pk>/undo/", operations.OperationUndoView.as_view(), name="operation_undo"),
    path("<int:pk>/file/", operations.OperationFileView.as_view(), name="operation_file"),
    path("jobs/", jobs.JobListView.as_view(), name="job_list"),
    path("emails/<int:pk>/again/", jobs.EmailAgainView.as_view(), name="email_again"),
]
