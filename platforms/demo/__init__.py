"""The demo company: a made-up social-media-management product and its customers, for trying the portal.

Everything in it is generated from a seed. Addresses, phone numbers and networks are those reserved
for documentation and fiction, so that nothing can reach a real person.
"""

from pathlib import Path

from platforms.demo.load import DemoCompanyError, company_exists, create_company
from platforms.demo.people import DemoPerson, people

__all__ = ["DATASET", "DemoCompanyError", "DemoPerson", "company_exists", "create_company", "people"]

DATASET = Path(__file__).with_name("dataset.yml")
"""The fideslang description of its tables, to be imported for either profile."""
