"""Indexes by which all centers are asked at once, in SQL.

Each holds all that the question needs, so that the tables themselves are not read.
"""

from __future__ import annotations

PROVINCE = """
drop index release_by_center;
create index release_by_center on release (center, first_day, last_day, n1, n2, n3, n4, n5);
create index ticket_day_of_all on ticket_day (day, center, served);
create index dossier_day_of_all on dossier_day (day, center, returned);
"""
