"""The quarterly report of the data protection officer: figures, findings in sentences, charts."""

from dsar.services.registers.report.charts import charts
from dsar.services.registers.report.document import export, pdf
from dsar.services.registers.report.figures import Figures, Quarter, figures, quarter_of
from dsar.services.registers.report.findings import comparison, findings

__all__ = [
    "Figures",
    "Quarter",
    "charts",
    "comparison",
    "export",
    "figures",
    "findings",
    "pdf",
    "quarter_of",
]
