from crm.core.querysets import ScopedQuerySet


class ImportQuerySet(ScopedQuerySet):
    resource = "imports"
    owner_path = "started_by"

    def newest_first(self) -> "ImportQuerySet":
        return self.order_by("-created_at", "-pk")
