"""The record of processing and what is made of it, as files, as of any day."""

from retention.services.exports.files import REPORTS, TYPES, File, export, forms_of, report
from retention.services.exports.reports import TITLES, Record, Report

__all__ = ["REPORTS", "TITLES", "TYPES", "File", "Record", "Report", "export", "forms_of", "report"]
