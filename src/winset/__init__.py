"""winset: from what was said about a negotiation to what can be signed.

A case file becomes a :class:`Case`; :func:`sample` draws readings of it; :func:`deals` and
:func:`absent` ask what can be signed and what those outside would answer; :func:`ask` tells how
probable an event is; :func:`start` does all of that for many readings and keeps it in a file,
which :func:`results` reads.

>>> import winset
>>> case = winset.load("nash-1950-barter")
>>> case.title  # doctest: +ELLIPSIS
'...'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from winset.analyses.absent import absent as absent
    from winset.analyses.asking import ask_case as ask
    from winset.analyses.asking import tellers as tellers
    from winset.analyses.claims import claims as claims
    from winset.analyses.deals import deals as deals
    from winset.analyses.process import process as process
    from winset.analyses.stability import stability as stability
    from winset.analyses.stability_holding import holding as holding
    from winset.case import Case as Case
    from winset.casefile import load as load
    from winset.casefile import load_text as load_text
    from winset.casefile import packaged as packaged
    from winset.casefile import save as save
    from winset.ensemble import Ensemble as Ensemble
    from winset.ensemble import sample as sample
    from winset.errors import AskError as AskError
    from winset.errors import CaseError as CaseError
    from winset.errors import ContradictionError as ContradictionError
    from winset.errors import Fault as Fault
    from winset.errors import RunError as RunError
    from winset.errors import TooLargeError as TooLargeError
    from winset.errors import WinsetError as WinsetError
    from winset.run import Results as Results
    from winset.run import RunSpec as RunSpec
    from winset.run import load as results
    from winset.run import resume as resume
    from winset.run import spec_of as spec_of
    from winset.run import start as start

# Public name -> (module, name there). Modules are imported when a name is first used.
_HOMES = {
    "AskError": ("winset.errors", "AskError"),
    "Case": ("winset.case", "Case"),
    "CaseError": ("winset.errors", "CaseError"),
    "ContradictionError": ("winset.errors", "ContradictionError"),
    "Ensemble": ("winset.ensemble", "Ensemble"),
    "Fault": ("winset.errors", "Fault"),
    "Results": ("winset.run", "Results"),
    "RunError": ("winset.errors", "RunError"),
    "RunSpec": ("winset.run", "RunSpec"),
    "TooLargeError": ("winset.errors", "TooLargeError"),
    "WinsetError": ("winset.errors", "WinsetError"),
    "absent": ("winset.analyses.absent", "absent"),
    "ask": ("winset.analyses.asking", "ask_case"),
    "claims": ("winset.analyses.claims", "claims"),
    "deals": ("winset.analyses.deals", "deals"),
    "holding": ("winset.analyses.stability_holding", "holding"),
    "load": ("winset.casefile", "load"),
    "load_text": ("winset.casefile", "load_text"),
    "packaged": ("winset.casefile", "packaged"),
    "process": ("winset.analyses.process", "process"),
    "results": ("winset.run", "load"),
    "resume": ("winset.run", "resume"),
    "sample": ("winset.ensemble", "sample"),
    "save": ("winset.casefile", "save"),
    "spec_of": ("winset.run", "spec_of"),
    "stability": ("winset.analyses.stability", "stability"),
    "start": ("winset.run", "start"),
    "tellers": ("winset.analyses.asking", "tellers"),
}

__all__ = [
    "AskError",
    "Case",
    "CaseError",
    "ContradictionError",
    "Ensemble",
    "Fault",
    "Results",
    "RunError",
    "RunSpec",
    "TooLargeError",
    "WinsetError",
    "absent",
    "ask",
    "claims",
    "deals",
    "holding",
    "load",
    "load_text",
    "packaged",
    "process",
    "results",
    "resume",
    "sample",
    "save",
    "spec_of",
    "stability",
    "start",
    "tellers",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, there = _HOMES[name]
    value: object = getattr(import_module(module), there)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
