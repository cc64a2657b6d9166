from django.apps import AppConfig


class GivingConfig(AppConfig):
    name = "crm.giving"
    label = "giving"

    def ready(self) -> None:
        from crm.giving.digest import collect_gifts
        from crm.notifications.digest import register_section

        register_section("gifts", order=10, permission="gifts.view", collect=collect_gifts)
