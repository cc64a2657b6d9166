from django.urls import path

from crm.pipeline import views

app_name = "pipeline"

urlpatterns = [
    path("", views.BoardView.as_view(), name="board"),
    path("<int:pk>/move/", views.MoveView.as_view(), name="move"),
]
