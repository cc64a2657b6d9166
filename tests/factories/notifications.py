from datetime import date

import factory

from crm.notifications.models import Notification
from tests.factories.accounts import MembershipFactory


class NotificationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Notification

    membership = factory.SubFactory(MembershipFactory)
    organization = factory.SelfAttribute("membership.organization")
    kind = "task_overdue"
    object_id = factory.Sequence(lambda n: n + 1)
    on = date(2026, 1, 5)
