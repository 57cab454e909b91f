"""Claims against evidence: comparators, grades with reasons, and the one table from grades to an outcome."""

from gateway.assessment.comparator import Comparator, Role
from gateway.assessment.comparators import COMPARATORS
from gateway.assessment.finding import assess
from gateway.assessment.forms import NameForm, name_forms
from gateway.assessment.tables import NameTables

__all__ = ["COMPARATORS", "Comparator", "NameForm", "NameTables", "Role", "assess", "name_forms"]
