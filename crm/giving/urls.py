"""Gifts, pledges, funds, and giving's panels of the donor page."""

from django.urls import path

from crm.giving.views import campaigns, funds, gifts, panels, payments, pledges

app_name = "giving"

urlpatterns = [
    path("gifts/", gifts.GiftListView.as_view(), name="gift_list"),
    path("gifts/totals/", gifts.GiftTotalsView.as_view(), name="gift_totals"),
    path("gifts/new/", gifts.GiftCreateView.as_view(), name="gift_create"),
    path("gifts/new/<int:pk>/", gifts.GiftCreateForView.as_view(), name="gift_create_for"),
    path("gifts/<int:pk>/", gifts.GiftDetailView.as_view(), name="gift_detail"),
    path("gifts/<int:pk>/edit/", gifts.GiftUpdateView.as_view(), name="gift_update"),
    path("gifts/<int:pk>/refund/", gifts.GiftRefundView.as_view(), name="gift_refund"),
    path("gifts/<int:pk>/return/", gifts.GiftReturnView.as_view(), name="gift_return"),
    path("gifts/<int:pk>/delete/", gifts.GiftDeleteView.as_view(), name="gift_delete"),
    path("pledges/", pledges.PledgeListView.as_view(), name="pledge_list"),
    path("pledges/totals/", pledges.PledgeTotalsView.as_view(), name="pledge_totals"),
    path("pledges/new/", pledges.PledgeCreateView.as_view(), name="pledge_create"),
    path("pledges/new/<int:pk>/", pledges.PledgeCreateForView.as_view(), name="pledge_create_for"),
    path("pledges/<int:pk>/", pledges.PledgeDetailView.as_view(), name="pledge_detail"),
    path("pledges/<int:pk>/edit/", pledges.PledgeUpdateView.as_view(), name="pledge_update"),
    path("pledges/<int:pk>/pause/", pledges.PledgePauseView.as_view(), name="pledge_pause"),
    path("pledges/<int:pk>/resume/", pledges.PledgeResumeView.as_view(), name="pledge_resume"),
    path("pledges/<int:pk>/cancel/", pledges.PledgeCancelView.as_view(), name="pledge_cancel"),
    path("pledges/<int:pk>/reopen/", pledges.PledgeReopenView.as_view(), name="pledge_reopen"),
    path("pledges/<int:pk>/skip/", pledges.PledgeSkipView.as_view(), name="pledge_skip"),
    path("pledges/<int:pk>/delete/", pledges.PledgeDeleteView.as_view(), name="pledge_delete"),
    path("pledges/<int:pk>/collect/", payments.PledgeCollectView.as_view(), name="pledge_collect"),
    path("payment-methods/<int:pk>/retire/", payments.PaymentMethodRetireView.as_view(), name="payment_method_retire"),
    path("campaigns/", campaigns.CampaignListView.as_view(), name="campaign_list"),
    path("campaigns/compare/", campaigns.CampaignCompareView.as_view(), name="campaign_compare"),
    path("campaigns/new/", campaigns.CampaignCreateView.as_view(), name="campaign_create"),
    path("campaigns/<int:pk>/", campaigns.CampaignDetailView.as_view(), name="campaign_detail"),
    path("campaigns/<int:pk>/edit/", campaigns.CampaignUpdateView.as_view(), name="campaign_update"),
    path("campaigns/<int:pk>/complete/", campaigns.CampaignCompleteView.as_view(), name="campaign_complete"),
    path("campaigns/<int:pk>/delete/", campaigns.CampaignDeleteView.as_view(), name="campaign_delete"),
    path("campaigns/<int:pk>/appeals/new/", campaigns.AppealCreateView.as_view(), name="appeal_create"),
    path("appeals/<int:pk>/edit/", campaigns.AppealUpdateView.as_view(), name="appeal_update"),
    path("appeals/<int:pk>/delete/", campaigns.AppealDeleteView.as_view(), name="appeal_delete"),
    path("funds/", funds.FundListView.as_view(), name="fund_list"),
    path("funds/new/", funds.FundCreateView.as_view(), name="fund_create"),
    path("funds/<int:pk>/edit/", funds.FundUpdateView.as_view(), name="fund_update"),
    path("funds/<int:pk>/deactivate/", funds.FundDeactivateView.as_view(), name="fund_deactivate"),
    path("funds/<int:pk>/reactivate/", funds.FundReactivateView.as_view(), name="fund_reactivate"),
    path("funds/<int:pk>/delete/", funds.FundDeleteView.as_view(), name="fund_delete"),
    path("contacts/<int:pk>/summary/", panels.ContactSummaryView.as_view(), name="contact_summary"),
    path("contacts/<int:pk>/pledges/", pledges.ContactPledgesView.as_view(), name="contact_pledges"),
    path("contacts/<int:pk>/payments/", payments.ContactPaymentsView.as_view(), name="contact_payments"),
    path(
        "contacts/<int:pk>/payment-methods/new/",
        payments.PaymentMethodCreateView.as_view(),
        name="payment_method_create",
    ),
    path("contacts/<int:pk>/gifts/", panels.ContactGiftsView.as_view(), name="contact_gifts"),
]
