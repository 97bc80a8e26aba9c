"""The MySQL schema as text: pure functions of the source's tables and their mappings."""

from zdcdc.apply.ddl.complete import Completed, Draft, complete
from zdcdc.apply.ddl.losses import Loss, Matter
from zdcdc.apply.ddl.statements import Addition, TableDdl
from zdcdc.apply.ddl.table import table_ddl
from zdcdc.apply.ddl.views import ViewDdl, view_ddl

__all__ = [
    "Addition",
    "Completed",
    "Draft",
    "Loss",
    "Matter",
    "TableDdl",
    "ViewDdl",
    "complete",
    "table_ddl",
    "view_ddl",
]
