from django.urls import path

from crm.contacts import views

app_name = "contacts"

urlpatterns = [
    path("", views.ContactListView.as_view(), name="contact_list"),
    path("new/", views.ContactCreateView.as_view(), name="contact_create"),
    path("search/", views.SearchView.as_view(), name="search"),
    path("lookup/", views.ContactLookupView.as_view(), name="contact_lookup"),
    path("<int:pk>/", views.ContactDetailView.as_view(), name="contact_detail"),
    path("<int:pk>/edit/", views.ContactUpdateView.as_view(), name="contact_update"),
    path("<int:pk>/archive/", views.ContactArchiveView.as_view(), name="contact_archive"),
    path("<int:pk>/restore/", views.ContactRestoreView.as_view(), name="contact_restore"),
    path("<int:pk>/timeline/", views.ContactTimelineView.as_view(), name="contact_timeline"),
    path("<int:pk>/notes/", views.ContactNotesView.as_view(), name="contact_notes"),
    path("<int:pk>/notes/new/", views.NoteCreateView.as_view(), name="note_create"),
    path("notes/<int:pk>/edit/", views.NoteUpdateView.as_view(), name="note_update"),
    path("notes/<int:pk>/delete/", views.NoteDeleteView.as_view(), name="note_delete"),
]
