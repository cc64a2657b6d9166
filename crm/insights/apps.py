from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "crm.insights"
    label = "insights"

    def ready(self) -> None:
        from crm.insights.digest import collect_attention, collect_kpis
        from crm.notifications.digest import register_section

        register_section("kpis", order=1, permission="kpis.view", collect=collect_kpis, accompanies=True)
        register_section("attention", order=2, permission="dashboard.view", collect=collect_attention, accompanies=True)
