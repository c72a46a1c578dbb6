"""Other people's scenarios: Genius XML, and NegMAS YAML or JSON folders, to domains and back."""

from winset.formats.domain import Domain, DomainIssue, Profile
from winset.formats.drafting import case_text
from winset.formats.imported import as_imported
from winset.formats.reading import read
from winset.formats.writing import FORMATS, write

__all__ = [
    "FORMATS",
    "Domain",
    "DomainIssue",
    "Profile",
    "as_imported",
    "case_text",
    "read",
    "write",
]
