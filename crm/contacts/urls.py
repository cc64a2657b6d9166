from django.urls import path

from crm.contacts.views import bulk, consents, editing, lists, notes, privacy, record, search

app_name = "contacts"

urlpatterns = [
    path("", lists.ContactListView.as_view(), name="contact_list"),
    path("new/", editing.ContactCreateView.as_view(), name="contact_create"),
    path("search/", search.SearchView.as_view(), name="search"),
    path("lookup/", search.ContactLookupView.as_view(), name="contact_lookup"),
    path("<int:pk>/", record.ContactDetailView.as_view(), name="contact_detail"),
    path("<int:pk>/edit/", editing.ContactUpdateView.as_view(), name="contact_update"),
    path("<int:pk>/archive/", editing.ContactArchiveView.as_view(), name="contact_archive"),
    path("<int:pk>/restore/", editing.ContactRestoreView.as_view(), name="contact_restore"),
    path("<int:pk>/timeline/", record.ContactTimelineView.as_view(), name="contact_timeline"),
    path("<int:pk>/notes/", notes.ContactNotesView.as_view(), name="contact_notes"),
    path("<int:pk>/notes/new/", notes.NoteCreateView.as_view(), name="note_create"),
    path("notes/<int:pk>/edit/", notes.NoteUpdateView.as_view(), name="note_update"),
    path("notes/<int:pk>/delete/", notes.NoteDeleteView.as_view(), name="note_delete"),
    # --- the donor page: visits, next action, recent records ---
    # --- further e-mails and phones, consent, flags ---
    path("points/<int:pk>/primary/", editing.PointPrimaryView.as_view(), name="point_primary"),
    path("<int:pk>/consents/", consents.ContactConsentsView.as_view(), name="contact_consents"),
    path("<int:pk>/consents/record/", consents.ConsentRecordView.as_view(), name="consent_record"),
    path("<int:pk>/delete/", editing.ContactDeleteView.as_view(), name="contact_delete"),
    # --- custom fields ---
    # --- households and relations ---
    # --- tags ---
    # --- groups ---
    # --- segments ---
    # --- bulk actions and statistics ---
    path("bulk/", bulk.ContactBulkView.as_view(), name="contact_bulk"),
    # --- duplicates and merges ---
    # --- privacy ---
    path("readings/", privacy.RecordViewListView.as_view(), name="record_view_list"),
    path("<int:pk>/access/", privacy.AccessPackView.as_view(), name="contact_access"),
    path("<int:pk>/anonymize/", privacy.AnonymizeView.as_view(), name="contact_anonymize"),
]
