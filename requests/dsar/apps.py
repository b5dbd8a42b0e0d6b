from django.apps import AppConfig


class DsarConfig(AppConfig):
    name = "dsar"
    verbose_name = "Requests"
    default_auto_field = "django.db.models.BigAutoField"
