from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "crm.tasks"
    label = "tasks"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from crm.core.acts import offer
        from crm.notifications.digest import register_section
        from crm.notifications.kinds import register_kind
        from crm.tasks import notices
        from crm.tasks.bulk import PlanTasks
        from crm.tasks.digest import collect_tasks

        register_section("tasks", order=5, permission="tasks.view", collect=collect_tasks)
        register_kind(
            notices.OVERDUE,
            label=_("Overdue tasks"),
            icon="clock-exclamation",
            tone="is-bad",
            tell=notices.tell_overdue,
        )
        register_kind(
            notices.GIVEN, label=_("Tasks given to you"), icon="checkbox", tone="is-info", tell=notices.tell_given
        )
        offer("contacts:contact_list", PlanTasks())
