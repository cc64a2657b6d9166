from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "crm.tasks"
    label = "tasks"

    def ready(self) -> None:
        from crm.core.acts import offer
        from crm.notifications.digest import register_section
        from crm.tasks.bulk import PlanTasks
        from crm.tasks.digest import collect_tasks

        register_section("tasks", order=5, permission="tasks.view", collect=collect_tasks)
        offer("contacts:contact_list", PlanTasks())
