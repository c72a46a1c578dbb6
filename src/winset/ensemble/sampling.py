"""Case -> Ensemble: one chunk of readings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from winset.case import Case, RedLine, Rule, StatedAnswer
from winset.ensemble.draws import Chunk, Memory, draw_in_force
from winset.ensemble.model import Model, model_of
from winset.ensemble.outcome import Alone, reservations
from winset.ensemble.priorities import priorities
from winset.ensemble.records import (
    READINGS_PER_CHUNK,
    AnswerInForce,
    Ensemble,
    Integers,
    Refusal,
    RuleInForce,
)
from winset.ensemble.spoken import Spoken, thing
from winset.language.terms import CERTAIN
from winset.space import Mask


def sample(
    case: Case,
    readings: int,
    seed: int = 0,
    chunk: int = 0,
    *,
    without: frozenset[str] = frozenset(),
    fixed: Mapping[str, str] | None = None,
    memory: Memory | None = None,
) -> Ensemble:
    """Draw readings of a case: numeric models, each consistent with every statement in force.

    Parameters
    ----------
    readings
        Number of readings, up to READINGS_PER_CHUNK; fewer are the first ones of more.
    seed, chunk
        Seed of the run and number of this chunk of it.
    without
        Ids of statements to drop (see :func:`resolve_without`). All other draws stay as they are,
        bit for bit. Without its preference a wish is unknown, without its salience a weight free;
        a linkage term keeps its weight and is worth nothing; everything else is gone.
    fixed
        Issues set from outside, and their options.
    memory
        Draws to take up again and to add to, where one chunk of a case is drawn several times
        with other statements dropped: the same readings, sooner.

    Raises
    ------
    ContradictionError
        If statements contradict each other in some reading, or leave next to no room: with a
        smallest set of them and their lines.
    AskError
        If ``fixed`` names an issue or option that the case does not have.
    TooLargeError
        If a statement's conditions, or what one party decides alone, combine too many options.
    ValueError
        If ``readings`` is not between 1 and READINGS_PER_CHUNK.
    """
    if not 1 <= readings <= READINGS_PER_CHUNK:
        raise ValueError(f"a chunk has 1 to {READINGS_PER_CHUNK} readings, not {readings}")
    model = model_of(case, without, tuple(sorted((fixed or {}).items())))
    drawing = Chunk(model, seed, chunk, draw_in_force(model, seed, chunk), memory)
    wishes = priorities(drawing)
    worth, terms = wishes.replace(*drawing.worths())
    rules = tuple(_rules(drawing))
    base = Alone(model.space, worth, terms, rules).base()
    whole = Ensemble(
        space=model.space,
        readings=READINGS_PER_CHUNK,
        part_worth=worth,
        terms=terms,
        refusals=tuple(_refusals(drawing)),
        rules=rules,
        base=base,
        reservation=reservations(drawing, worth, terms, base),
        influence=drawing.influence(),
        answers=tuple(_answers(drawing)),
        implementers=_implementers(drawing),
        stake=model.stake | wishes.stake,
        spoken=model.spoken | wishes.stake,
        in_force=_all_in_force(drawing),
        dropped=model.dropped,
        unit=model.units.whole,
    )
    return whole if readings == READINGS_PER_CHUNK else first(whole, readings)


def certain(
    case: Case, *, without: frozenset[str] = frozenset(), fixed: Mapping[str, str] | None = None
) -> bool:
    """Say whether all readings of a case are the same: nothing is drawn, and every line holds.

    Raises
    ------
    ContradictionError, AskError, TooLargeError
        As :func:`sample`.
    """
    used = [s for s in case.statements() if s.use and s.id not in without]
    firm = all(line.firmness == CERTAIN for line in case.red_lines)
    if not firm or any(statement.share != CERTAIN for statement in used):
        return False
    many = sample(case, READINGS_PER_CHUNK, without=without, fixed=fixed)
    drawn: list[NDArray[Any]] = [many.part_worth, many.base, many.reservation, many.influence]
    drawn += [term.worth for term in many.terms]
    return alike(drawn)


def alike(drawn: Iterable[NDArray[Any]]) -> bool:
    """Say whether arrays by reading, (R, ...), are the same in every reading."""
    return all(bool((values == values[:1]).all()) for values in drawn)


def first(ensemble: Ensemble, readings: int) -> Ensemble:
    """Keep the first readings of an ensemble."""
    return picked(ensemble, np.arange(readings))


def picked(ensemble: Ensemble, cut: Integers) -> Ensemble:
    """Keep some readings of an ensemble, by their numbers."""
    return replace(
        ensemble,
        readings=len(cut),
        part_worth=ensemble.part_worth[cut],
        terms=tuple(replace(t, worth=t.worth[cut]) for t in ensemble.terms),
        refusals=tuple(replace(r, real=r.real[cut]) for r in ensemble.refusals),
        rules=tuple(r._replace(in_force=r.in_force[cut]) for r in ensemble.rules),
        base=ensemble.base[cut],
        reservation=ensemble.reservation[cut],
        influence=ensemble.influence[cut],
        answers=tuple(a._replace(in_force=a.in_force[cut]) for a in ensemble.answers),
        implementers=tuple(
            tuple((party, mask[cut]) for party, mask in issue) for issue in ensemble.implementers
        ),
        in_force={name: mask[cut] for name, mask in ensemble.in_force.items()},
    )


def _spoken(model: Model, *kinds: str) -> Iterator[tuple[int, Spoken]]:
    """Yield the statements of some kinds that were not dropped, with the party's index."""
    for p, party in enumerate(model.space.parties):
        for kind in kinds:
            for spoken in model.on(kind, party):
                if spoken.statement.id not in model.dropped:
                    yield p, spoken


def _refusals(chunk: Chunk) -> Iterator[Refusal]:
    for party, spoken in _spoken(chunk.model, "red line", "objection"):
        line = spoken.record
        if isinstance(line, RedLine):
            real = chunk.holds_for(spoken) & _firm(chunk, spoken, line)
            yield Refusal(party, spoken.statement.id, line.condition, real, line.objection)


def _firm(chunk: Chunk, spoken: Spoken, line: RedLine) -> Mask:
    """Say in which readings a red line that is in force is meant: always, if nothing says less."""
    by = line.firmness_by
    firmness = CERTAIN if by is not None and by.id in chunk.model.dropped else line.firmness
    uniforms = chunk.stream("firmness").part(spoken.stream).uniforms(READINGS_PER_CHUNK)
    firm: Mask = uniforms < firmness.middle
    return firm


def _rules(chunk: Chunk) -> Iterator[RuleInForce]:
    for spoken in chunk.model.things.get(thing("rule"), ()):
        name = spoken.statement.id
        if isinstance(spoken.record, Rule) and name not in chunk.model.dropped:
            yield RuleInForce(name, spoken.record.rule, chunk.holds_for(spoken))


def _answers(chunk: Chunk) -> Iterator[AnswerInForce]:
    for party, spoken in _spoken(chunk.model, "answer"):
        if isinstance(spoken.record, StatedAnswer):
            said = spoken.record.answer
            held = chunk.holds_for(spoken)
            yield AnswerInForce(party, said.answer, said.condition, held, spoken.statement.id)


def _implementers(chunk: Chunk) -> tuple[tuple[tuple[int, Mask], ...], ...]:
    space = chunk.model.space
    always = np.ones(READINGS_PER_CHUNK, dtype=np.bool_)
    found = []
    for name in space.issues:
        issue = chunk.model.case.issue(name)
        by = issue.implemented_by_by
        held = chunk.in_force.get(by.id, ~always) if by is not None else always
        parties = sorted(space.party_index[p] for p in issue.implemented_by) if held.any() else []
        found.append(tuple((party, held) for party in parties))
    return tuple(found)


def _all_in_force(chunk: Chunk) -> dict[str, Mask]:
    """Add the statements that are not drawn: in force unless dropped or out of use."""
    always = np.ones(READINGS_PER_CHUNK, dtype=np.bool_)
    found = {}
    for statement in chunk.model.statements:
        held = statement.use and statement.id not in chunk.model.dropped
        found[statement.id] = chunk.in_force.get(statement.id, always if held else ~always)
    return found
