from django.contrib import admin

from crm.core.web.admin import ReadOnlyAdmin
from crm.giving.models import (
    Appeal,
    BatchRow,
    Campaign,
    Charge,
    DebitFile,
    DemoBankCharge,
    Fund,
    FundSpending,
    GatewayAccount,
    Gift,
    GiftBatch,
    GiftSplit,
    GivingSummary,
    Instalment,
    MatchingClaim,
    MatchingProgram,
    PaymentMethod,
    PeriodLock,
    Pledge,
    PledgePause,
    SoftCredit,
    Thanks,
    Tribute,
    TributeNotice,
    TributeRecipient,
)


@admin.register(Fund)
class FundAdmin(ReadOnlyAdmin):
    list_display = ("code", "name_fr", "name_en", "organization", "gl_code", "is_restricted", "is_default", "is_active")
    list_filter = ("is_active", "is_restricted", "organization")
    list_select_related = ("organization",)
    search_fields = ("code", "name_fr", "name_en", "gl_code")
    ordering = ("organization__slug", "code")


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    list_display = ("name", "organization", "status", "starts_on", "ends_on", "goal_amount", "cost")
    list_filter = ("status", "organization")
    list_select_related = ("organization",)
    search_fields = ("name",)
    ordering = ("organization__slug", "name")


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    list_display = ("name", "campaign", "channel", "sent_on", "cost", "solicited")
    list_filter = ("channel", "organization")
    list_select_related = ("campaign",)
    search_fields = ("name", "campaign__name")
    ordering = ("-id",)


@admin.register(Gift)
class GiftAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "contact", "received_on", "amount", "currency", "method", "status", "fund")
    list_filter = ("status", "method", "currency", "organization")
    list_select_related = ("organization", "contact", "fund")
    search_fields = ("=id", "=external_id", "=contact__id")
    ordering = ("-id",)


@admin.register(GiftBatch)
class GiftBatchAdmin(ReadOnlyAdmin):
    list_display = ("number", "organization", "title", "status", "opened_by", "posted_at", "deposited_on")
    list_filter = ("status", "organization")
    list_select_related = ("organization", "opened_by__user")
    search_fields = ("=sequence", "title")
    ordering = ("-id",)


@admin.register(BatchRow)
class BatchRowAdmin(ReadOnlyAdmin):
    list_display = ("id", "batch", "position", "contact", "received_on", "amount", "method", "fund", "gift_id")
    list_select_related = ("batch", "contact", "fund")
    search_fields = ("=batch__id", "=contact__id")
    ordering = ("-id",)


@admin.register(GiftSplit)
class GiftSplitAdmin(ReadOnlyAdmin):
    list_display = ("gift_id", "fund", "amount")
    list_select_related = ("fund",)
    search_fields = ("=gift__id",)
    ordering = ("-id",)


@admin.register(Pledge)
class PledgeAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "organization",
        "contact",
        "amount",
        "currency",
        "frequency",
        "status",
        "next_due_on",
        "late_since",
    )
    list_filter = ("status", "frequency", "organization")
    list_select_related = ("organization", "contact")
    search_fields = ("=id", "=external_id", "=contact__id")
    ordering = ("-id",)


@admin.register(PledgePause)
class PledgePauseAdmin(ReadOnlyAdmin):
    list_display = ("pledge_id", "from_on", "until", "reason", "made_at")
    search_fields = ("=pledge__id",)
    ordering = ("-id",)


@admin.register(Instalment)
class InstalmentAdmin(ReadOnlyAdmin):
    list_display = ("pledge_id", "due_on", "amount", "paid", "is_skipped")
    list_filter = ("is_skipped",)
    search_fields = ("=pledge__id",)
    ordering = ("-id",)


@admin.register(GivingSummary)
class GivingSummaryAdmin(ReadOnlyAdmin):
    list_display = ("contact", "gift_count", "total", "year_total", "first_on", "last_on", "computed_at")
    list_select_related = ("contact",)
    search_fields = ("=contact__id",)
    ordering = ("-contact_id",)


@admin.register(PaymentMethod)
class PaymentMethodAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "contact", "gateway", "kind", "brand", "last_four", "expires_on", "is_active")
    list_filter = ("gateway", "kind", "is_active", "organization")
    list_select_related = ("organization", "contact")
    search_fields = ("=id", "=contact__id")
    exclude = ("sealed_token",)
    ordering = ("-id",)


@admin.register(Charge)
class ChargeAdmin(ReadOnlyAdmin):
    list_display = (
        "key",
        "organization",
        "pledge_id",
        "attempt",
        "amount",
        "currency",
        "status",
        "reason",
        "answered_at",
    )
    list_filter = ("status", "organization")
    list_select_related = ("organization",)
    search_fields = ("=key", "=reference", "=pledge__id")
    ordering = ("-id",)


@admin.register(DemoBankCharge)
class DemoBankChargeAdmin(ReadOnlyAdmin):
    list_display = ("key", "amount", "currency", "reason", "made_at")
    search_fields = ("=key",)
    ordering = ("-id",)


@admin.register(PeriodLock)
class PeriodLockAdmin(ReadOnlyAdmin):
    list_display = ("organization", "closed_until", "closed_by", "created_at", "reopened_at", "reason")
    list_filter = ("organization",)
    list_select_related = ("organization", "closed_by__user")
    ordering = ("-id",)


@admin.register(Thanks)
class ThanksAdmin(ReadOnlyAdmin):
    list_display = ("gift_id", "organization", "status", "how", "thanked_at", "created_at")
    list_filter = ("status", "how", "organization")
    list_select_related = ("organization",)
    search_fields = ("=gift__id",)
    ordering = ("-id",)


@admin.register(Tribute)
class TributeAdmin(ReadOnlyAdmin):
    list_display = ("name", "organization", "kind", "is_active", "created_at")
    list_filter = ("kind", "is_active", "organization")
    list_select_related = ("organization",)
    search_fields = ("name",)
    ordering = ("-id",)


@admin.register(TributeRecipient)
class TributeRecipientAdmin(ReadOnlyAdmin):
    list_display = ("contact_id", "organization", "tribute", "created_at")
    list_filter = ("organization",)
    list_select_related = ("organization", "tribute")
    search_fields = ("=contact__id",)
    ordering = ("-id",)


@admin.register(TributeNotice)
class TributeNoticeAdmin(ReadOnlyAdmin):
    list_display = ("gift_id", "contact_id", "how", "told_at", "told_by")
    list_filter = ("how",)
    list_select_related = ("told_by__user",)
    search_fields = ("=gift__id", "=contact__id")
    ordering = ("-id",)


@admin.register(SoftCredit)
class SoftCreditAdmin(ReadOnlyAdmin):
    list_display = ("gift_id", "organization", "contact_id", "role", "amount", "created_at")
    list_filter = ("role", "organization")
    list_select_related = ("organization",)
    search_fields = ("=gift__id", "=contact__id")
    ordering = ("-id",)


@admin.register(MatchingProgram)
class MatchingProgramAdmin(ReadOnlyAdmin):
    list_display = ("company_id", "organization", "percent", "maximum", "yearly_maximum", "is_active")
    list_filter = ("is_active", "organization")
    list_select_related = ("organization",)
    search_fields = ("=company__id",)
    ordering = ("-id",)


@admin.register(MatchingClaim)
class MatchingClaimAdmin(ReadOnlyAdmin):
    list_display = ("gift_id", "organization", "program_id", "status", "amount", "ask_by", "paid_by_id")
    list_filter = ("status", "organization")
    list_select_related = ("organization",)
    search_fields = ("=gift__id",)
    ordering = ("-id",)


@admin.register(DebitFile)
class DebitFileAdmin(ReadOnlyAdmin):
    list_display = ("number", "organization", "until", "status", "count", "total", "created_at")
    list_filter = ("status", "organization")
    list_select_related = ("organization",)
    ordering = ("-id",)


@admin.register(GatewayAccount)
class GatewayAccountAdmin(ReadOnlyAdmin):
    list_display = ("gateway", "organization", "is_test", "is_active", "connected_by")
    list_filter = ("gateway", "is_active", "organization")
    list_select_related = ("organization", "connected_by__user")
    ordering = ("-id",)


@admin.register(FundSpending)
class FundSpendingAdmin(ReadOnlyAdmin):
    list_display = ("fund", "organization", "spent_on", "amount", "note", "recorded_by")
    list_filter = ("organization",)
    list_select_related = ("organization", "fund", "recorded_by__user")
    ordering = ("-id",)
