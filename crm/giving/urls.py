from django.urls import path

app_name = "giving"

urlpatterns: list[path] = []
