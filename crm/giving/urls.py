"""Gifts, funds, and giving's panels of the donor page."""

from django.urls import path

from crm.giving.views import funds, gifts, panels

app_name = "giving"

urlpatterns = [
    path("gifts/", gifts.GiftListView.as_view(), name="gift_list"),
    path("gifts/totals/", gifts.GiftTotalsView.as_view(), name="gift_totals"),
    path("gifts/new/", gifts.GiftCreateView.as_view(), name="gift_create"),
    path("gifts/new/<int:pk>/", gifts.GiftCreateForView.as_view(), name="gift_create_for"),
    path("gifts/<int:pk>/", gifts.GiftDetailView.as_view(), name="gift_detail"),
    path("gifts/<int:pk>/edit/", gifts.GiftUpdateView.as_view(), name="gift_update"),
    path("gifts/<int:pk>/refund/", gifts.GiftRefundView.as_view(), name="gift_refund"),
    path("gifts/<int:pk>/delete/", gifts.GiftDeleteView.as_view(), name="gift_delete"),
    path("funds/", funds.FundListView.as_view(), name="fund_list"),
    path("funds/new/", funds.FundCreateView.as_view(), name="fund_create"),
    path("funds/<int:pk>/edit/", funds.FundUpdateView.as_view(), name="fund_update"),
    path("funds/<int:pk>/deactivate/", funds.FundDeactivateView.as_view(), name="fund_deactivate"),
    path("funds/<int:pk>/reactivate/", funds.FundReactivateView.as_view(), name="fund_reactivate"),
    path("funds/<int:pk>/delete/", funds.FundDeleteView.as_view(), name="fund_delete"),
    path("contacts/<int:pk>/summary/", panels.ContactSummaryView.as_view(), name="contact_summary"),
    path("contacts/<int:pk>/gifts/", panels.ContactGiftsView.as_view(), name="contact_gifts"),
]
