from django.apps import AppConfig


class GivingConfig(AppConfig):
    name = "crm.giving"
    label = "giving"
