"""Tasks, and what they show on the donor's page."""

from django.urls import path

from crm.tasks.views import acts, editing, lists, panels

app_name = "tasks"

urlpatterns = [
    path("", lists.TaskListView.as_view(), name="task_list"),
    path("week/", lists.TaskWeekView.as_view(), name="task_week"),
    path("statistics/", lists.TaskStatisticsView.as_view(), name="statistics"),
    path("bulk/", lists.TaskBulkView.as_view(), name="task_bulk"),
    path("new/", editing.TaskCreateView.as_view(), name="task_create"),
    path("<int:pk>/", editing.TaskDetailView.as_view(), name="task_detail"),
    path("<int:pk>/edit/", editing.TaskUpdateView.as_view(), name="task_update"),
    path("<int:pk>/delete/", editing.TaskDeleteView.as_view(), name="task_delete"),
    path("<int:pk>/complete/", acts.TaskCompleteView.as_view(), name="task_complete"),
    path("<int:pk>/postpone/", acts.TaskPostponeView.as_view(), name="task_postpone"),
    path("<int:pk>/reopen/", acts.TaskReopenView.as_view(), name="task_reopen"),
    path("contacts/<int:pk>/", panels.ContactTasksView.as_view(), name="contact_tasks"),
    path("contacts/<int:pk>/next/", panels.ContactNextView.as_view(), name="contact_next"),
    path("contacts/<int:pk>/new/", panels.QuickTaskView.as_view(), name="task_quick"),
]
