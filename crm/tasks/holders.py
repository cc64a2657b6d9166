"""Who may hold a task."""

from crm.accounts.policy import MATRIX

# The roles that may hold a task: the matrix says who may change one.
HOLDERS = [
    role for resource in MATRIX if resource.code == "tasks" for role, cell in resource.cells.items() if "change" in cell
]
