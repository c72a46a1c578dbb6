"""Runs: readings in chunks, workers, the file they are kept in, resuming.

A run computes every analysis for every reading of a case. Readings come in chunks, each drawn
from its own random streams, so that no result depends on the number of workers, on the order in
which chunks end, or on an interruption.
"""

from winset.run.runs import Progress, Results, load, resume, start
from winset.run.spec import DRAWS, RunSpec, spec_of
from winset.run.work import TableResult
from winset.run.workers import available

__all__ = [
    "DRAWS",
    "Progress",
    "Results",
    "RunSpec",
    "TableResult",
    "available",
    "load",
    "resume",
    "spec_of",
    "start",
]
