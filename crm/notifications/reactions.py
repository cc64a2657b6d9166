"""What notifications do when something happened below them."""

from crm.core.texting import TextStopped
from crm.notifications import services


def stop_notices(event: TextStopped) -> None:
    services.stop_notices(text_id=event.text_id)
