"""The boards, opportunities and leads."""

from django.urls import path

from crm.pipeline.views import boards, leads, opportunities

app_name = "pipeline"

urlpatterns = [
    path("", boards.BoardView.as_view(), name="board"),
    path("<int:pk>/move/", boards.MoveView.as_view(), name="move"),
    path("leads/", leads.LeadListView.as_view(), name="lead_list"),
    path("leads/<int:pk>/convert/", leads.LeadConvertView.as_view(), name="lead_convert"),
    path("opportunities/", opportunities.OpportunityListView.as_view(), name="opportunity_list"),
    path("opportunities/board/", boards.OpportunityBoardView.as_view(), name="opportunity_board"),
    path("opportunities/new/", opportunities.OpportunityCreateView.as_view(), name="opportunity_create"),
    path("opportunities/<int:pk>/", opportunities.OpportunityDetailView.as_view(), name="opportunity_detail"),
    path("opportunities/<int:pk>/edit/", opportunities.OpportunityUpdateView.as_view(), name="opportunity_update"),
    path("opportunities/<int:pk>/move/", boards.OpportunityMoveView.as_view(), name="opportunity_move"),
    path("opportunities/<int:pk>/won/", opportunities.OpportunityWinView.as_view(), name="opportunity_win"),
    path("opportunities/<int:pk>/delete/", opportunities.OpportunityDeleteView.as_view(), name="opportunity_delete"),
    path("contacts/<int:pk>/", opportunities.ContactOpportunitiesView.as_view(), name="contact_opportunities"),
    path("contacts/<int:pk>/new/", opportunities.OpportunityCreateForView.as_view(), name="opportunity_create_for"),
]
