"""All verbs of `Store`, as both engines inherit them."""

from __future__ import annotations

from server.store.alerts import Alerts
from server.store.book import Book
from server.store.comments import Comments
from server.store.copying import Copying
from server.store.dossiers import Dossiers
from server.store.factors import Factors
from server.store.fields import Fields
from server.store.imports import Imports
from server.store.inspection import Inspection
from server.store.openings import Openings
from server.store.places import Places
from server.store.proofs import Proofs
from server.store.province import ProvinceFigures
from server.store.quarters import Quarters
from server.store.staff import Staff


class SharedVerbs(
    Alerts,
    Places,
    Factors,
    Imports,
    Openings,
    Staff,
    Fields,
    Dossiers,
    Quarters,
    ProvinceFigures,
    Comments,
    Proofs,
    Book,
    Inspection,
    Copying,
):
    """What is written in the shared SQL; an engine adds how it asks and writes."""
