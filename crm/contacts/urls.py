from django.urls import path

from crm.contacts.views import (
    bulk,
    consents,
    editing,
    groups,
    households,
    lists,
    notes,
    privacy,
    record,
    relations,
    search,
    segments,
    tags,
)

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
    path("households/", households.HouseholdListView.as_view(), name="household_list"),
    path("households/preview/", households.HouseholdPreviewView.as_view(), name="household_preview"),
    path("households/<int:pk>/", households.HouseholdDetailView.as_view(), name="household_detail"),
    path("households/<int:pk>/edit/", households.HouseholdUpdateView.as_view(), name="household_update"),
    path("households/<int:pk>/dissolve/", households.HouseholdDissolveView.as_view(), name="household_dissolve"),
    path("<int:pk>/household/", households.HouseholdStartView.as_view(), name="household_start"),
    path("<int:pk>/household/leave/", households.HouseholdLeaveView.as_view(), name="household_leave"),
    path("<int:pk>/family/", relations.FamilyCardView.as_view(), name="contact_family"),
    path("<int:pk>/relations/new/", relations.RelationCreateView.as_view(), name="relation_create"),
    path("relations/<int:pk>/edit/", relations.RelationUpdateView.as_view(), name="relation_update"),
    path("relations/<int:pk>/delete/", relations.RelationDeleteView.as_view(), name="relation_delete"),
    # --- tags ---
    path("tags/", tags.TagListView.as_view(), name="tag_list"),
    path("tags/new/", tags.TagCreateView.as_view(), name="tag_create"),
    path("tags/<int:pk>/edit/", tags.TagUpdateView.as_view(), name="tag_update"),
    path("tags/<int:pk>/delete/", tags.TagDeleteView.as_view(), name="tag_delete"),
    path("<int:pk>/tags/", tags.TagChoicesView.as_view(), name="contact_tag_choices"),
    path("<int:pk>/tags/add/", tags.TagAddView.as_view(), name="contact_tag_add"),
    path("<int:pk>/tags/remove/", tags.TagRemoveView.as_view(), name="contact_tag_remove"),
    # --- groups ---
    path("groups/", groups.GroupListView.as_view(), name="group_list"),
    path("groups/new/", groups.GroupCreateView.as_view(), name="group_create"),
    path("groups/<int:pk>/", groups.GroupDetailView.as_view(), name="group_detail"),
    path("groups/<int:pk>/edit/", groups.GroupUpdateView.as_view(), name="group_update"),
    path("groups/<int:pk>/delete/", groups.GroupDeleteView.as_view(), name="group_delete"),
    path("groups/<int:pk>/add/", groups.GroupAddView.as_view(), name="group_add"),
    path("groups/<int:pk>/remove/", groups.GroupRemoveView.as_view(), name="group_remove"),
    # --- segments ---
    path("segments/", segments.SegmentListView.as_view(), name="segment_list"),
    path("segments/new/", segments.SegmentCreateView.as_view(), name="segment_create"),
    path("segments/builder/", segments.SegmentBuilderView.as_view(), name="segment_builder"),
    path("segments/preview/", segments.SegmentPreviewView.as_view(), name="segment_preview"),
    path("segments/ready-made/", segments.ReadyMadeView.as_view(), name="segment_ready_made"),
    path("segments/<int:pk>/", segments.SegmentDetailView.as_view(), name="segment_detail"),
    path("segments/<int:pk>/edit/", segments.SegmentUpdateView.as_view(), name="segment_update"),
    path("segments/<int:pk>/count/", segments.SegmentCountView.as_view(), name="segment_count"),
    path("segments/<int:pk>/delete/", segments.SegmentDeleteView.as_view(), name="segment_delete"),
    # --- bulk actions and statistics ---
    path("bulk/", bulk.ContactBulkView.as_view(), name="contact_bulk"),
    # --- duplicates and merges ---
    # --- privacy ---
    path("readings/", privacy.RecordViewListView.as_view(), name="record_view_list"),
    path("<int:pk>/access/", privacy.AccessPackView.as_view(), name="contact_access"),
    path("<int:pk>/anonymize/", privacy.AnonymizeView.as_view(), name="contact_anonymize"),
]
