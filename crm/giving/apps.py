from django.apps import AppConfig


class GivingConfig(AppConfig):
    name = "crm.giving"
    label = "giving"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        import crm.giving.criteria
        import crm.giving.gateways  # noqa: F401 - registers them
        from crm.contacts import merging
        from crm.core.changes import register_json
        from crm.core.finder import register_finder
        from crm.giving import bell
        from crm.giving.digest import (
            collect_at_risk,
            collect_gifts,
            collect_late_pledges,
            collect_notices,
            collect_thanks,
            collect_week,
        )
        from crm.giving.finder import find
        from crm.giving.queries import parts_said
        from crm.notifications.digest import register_section
        from crm.notifications.kinds import register_kind

        register_kind(
            bell.LARGE, label=_("Large gifts of your donors"), icon="coin", tone="is-ok", tell=bell.tell_large
        )
        register_kind(
            bell.FAILED, label=_("Pledges that fail"), icon="credit-card-off", tone="is-bad", tell=bell.tell_failed
        )
        register_json("giving.gift", "splits", parts_said)
        register_section("gifts", order=10, permission="gifts.view", collect=collect_gifts)
        register_section("week", order=5, permission="gifts.view", collect=collect_week)
        register_section("at_risk", order=15, permission="gifts.view", collect=collect_at_risk)
        register_section("thanks", order=9, permission="thanks.view", collect=collect_thanks)
        register_section("notices", order=10, permission="thanks.view", collect=collect_notices)
        register_section("late_pledges", order=8, permission="pledges.view", collect=collect_late_pledges)
        register_finder("gifts", order=20, label=_("Gifts"), permission="gifts.view", find=find)
        merging.declare(
            "giving.givingsummary.contact", merging.Recomputed(stamp="computed_at", empty={"gift_count": 0})
        )
