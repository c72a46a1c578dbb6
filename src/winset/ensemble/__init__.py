"""Case -> Ensemble: numeric readings of a case, each consistent with every statement in force."""

from winset.ensemble.draws import Memory
from winset.ensemble.model import contradictions
from winset.ensemble.records import (
    READINGS_PER_CHUNK,
    AnswerInForce,
    Ensemble,
    Refusal,
    RuleInForce,
    Term,
)
from winset.ensemble.sampling import alike, certain, first, picked, sample
from winset.ensemble.utility import utilities, worth_of
from winset.ensemble.without import left_in_place, resolve_without
from winset.language.terms import FINEST

__all__ = [
    "FINEST",
    "READINGS_PER_CHUNK",
    "AnswerInForce",
    "Ensemble",
    "Memory",
    "Refusal",
    "RuleInForce",
    "Term",
    "alike",
    "certain",
    "contradictions",
    "first",
    "left_in_place",
    "picked",
    "resolve_without",
    "sample",
    "utilities",
    "worth_of",
]
