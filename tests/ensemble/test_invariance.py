"""What must move no draw: order in the file, names, statements dropped elsewhere, more readings."""

import random
import re
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest

from winset.casefile import load_text
from winset.ensemble import READINGS_PER_CHUNK, sample


def arrays(ensemble):
    """Every array of an ensemble, by a name that no statement's id is part of."""
    found = {
        "part_worth": ensemble.part_worth,
        "base": ensemble.base,
        "reservation": ensemble.reservation,
        "influence": ensemble.influence,
        "stake": ensemble.stake,
        "spoken": ensemble.spoken,
        "unit": np.array(ensemble.unit),
    }
    for n, term in enumerate(ensemble.terms):
        found[f"term {n} {term.party} {term.issues}"] = term.worth
    for n, refusal in enumerate(ensemble.refusals):
        found[f"refusal {n} {refusal.party} {refusal.objection}"] = refusal.real
    for n, rule in enumerate(ensemble.rules):
        found[f"rule {n}"] = rule.in_force
    for n, answer in enumerate(ensemble.answers):
        found[f"answer {n} {answer.party} {answer.answer}"] = answer.in_force
    for i, parties in enumerate(ensemble.implementers):
        for party, mask in parties:
            found[f"implementer {i} {party}"] = mask
    return found


def assert_same(first, second):
    first, second = arrays(first), arrays(second)
    assert first.keys() == second.keys()
    for name, array in first.items():
        assert array.dtype == second[name].dtype
        assert np.array_equal(array, second[name]), name


def shuffled(thing, rng):
    """Reorder every list of records and every list of names whose order means nothing."""
    if isinstance(thing, tuple):
        parts = [shuffled(part, rng) for part in thing]
        if any(is_dataclass(part) for part in parts):
            rng.shuffle(parts)
        return tuple(parts)
    if is_dataclass(thing) and type(thing).__module__ == "winset.case":
        kept = {"levels"} | ({"options"} if getattr(thing, "scale", False) else set())
        return replace(
            thing,
            **{f.name: shuffled(getattr(thing, f.name), rng)
               for f in fields(thing) if f.name not in kept},
        )  # fmt: skip
    return thing


@pytest.mark.parametrize("seed", range(3))
def test_reordering_a_case_moves_nothing(everything, seed):
    case = load_text(everything)
    other = shuffled(case, random.Random(seed))
    assert [p.id for p in other.parties] != [p.id for p in case.parties] or seed
    assert_same(sample(case, 200, seed=5), sample(other, 200, seed=5))


def lists_reversed(text):
    """Reverse every list of statements in a file, within brackets and by dashes."""
    text = re.sub(
        r"\[([^\[\]{}]*@[^\[\]{}]*)\]",
        lambda found: "[" + ", ".join(reversed(found[1].split(", "))) + "]",
        text,
    )
    return re.sub(
        r"(?:^ +- .*\n){2,}",
        lambda found: "".join(reversed(found[0].splitlines(keepends=True))),
        text,
        flags=re.MULTILINE,
    )


def test_reordering_the_lines_of_a_file_moves_nothing(everything):
    # Ids count lines, so these statements change theirs.
    text = lists_reversed(everything).replace("pax.linkage >", "pax.linkage#2 >")
    pax, qix = "  pax: {key: pax}\n", "  qix: {key: qix}\n"
    text = text.replace(pax + qix, qix + pax)
    first, second = load_text(everything), load_text(text)
    moved = [s.id for s in first.statements()
             if s.text != {t.id: t.text for t in second.statements()}[s.id]]  # fmt: skip
    assert len(moved) > 12
    assert_same(sample(first, 200, seed=5), sample(second, 200, seed=5))


@pytest.mark.parametrize("old", ["pax", "qix", "rex", "river", "tolls", "seats"])
def test_renaming_with_a_key_moves_nothing(everything, old):
    # New names sort elsewhere than the old ones.
    renamed = everything.replace(old, "zulu").replace("key: zulu", f"key: {old}")
    assert_same(sample(load_text(everything), 200, seed=5), sample(load_text(renamed), 200, seed=5))


def test_renaming_without_a_key_is_another_party(everything):
    text = everything.replace("pax: {key: pax}", "pax: {name: Pax}").replace("pax", "zulu")
    other = sample(load_text(text), 200, seed=5)
    assert not np.array_equal(other.part_worth, sample(load_text(everything), 200, 5).part_worth)


def drawn(ensemble):
    """Arrays by what they are drawn for, so that single ones can be excepted."""
    space, found = ensemble.space, {}
    for p, party in enumerate(space.parties):
        for i, issue in enumerate(space.issues):
            slots = slice(space.offsets[i], space.offsets[i + 1])
            found["worth", party, issue] = ensemble.part_worth[:, p, slots]
        found["weight", party] = ensemble.influence[:, p]
    found |= {("term", t.statement): t.worth for t in ensemble.terms}
    found |= {("refusal", r.statement): r.real for r in ensemble.refusals}
    found |= {("rule", r.statement): r.in_force for r in ensemble.rules}
    found |= {("answer", a.statement): a.in_force for a in ensemble.answers}
    found |= {("in force", name): mask for name, mask in ensemble.in_force.items()}
    return found


def touched(name, case):
    """What may change when a statement is dropped."""
    kind = next(s.kind for s in case.statements() if s.id == name)
    party, _, rest = name.partition(".")
    own = {("in force", name), ("refusal", name), ("rule", name), ("answer", name), ("term", name)}
    match kind:
        case "preference":
            issue = rest.split(".")[1].split("#")[0]
            return {*own, ("worth", party, issue)}
        case "salience":
            terms = [*(f"{party}.linkage#{n}" for n in "23"), f"{party}.linkage"]
            terms += [f"{party}.preferences.forts"]
            worths = {("worth", party, issue.id) for issue in case.issues}
            return {*own, *worths, *(("term", t) for t in terms)}
        case "influence":
            return {*own, *(("weight", p.id) for p in case.parties)}
        case "now":
            # The issue has one option more: `open`.
            issue = name.split(".")[1]
            return {*own, *(("worth", p.id, issue) for p in case.parties),
                    *(("term", s.id) for s in case.statements())}  # fmt: skip
        case "firmness":
            return {*own, ("refusal", name.removesuffix(".firmness"))}
    return own


def test_dropping_a_statement_moves_nothing_else(everything):
    case = load_text(everything)
    before = drawn(sample(case, 200, seed=3))
    for statement in case.statements():
        after = drawn(sample(case, 200, seed=3, without=frozenset({statement.id})))
        may = touched(statement.id, case)
        assert set(before) - set(after) <= may
        assert set(after) <= set(before)
        for name in set(after) - may:
            assert np.array_equal(before[name], after[name]), (statement.id, name)
        assert not after["in force", statement.id].any()


def test_dropping_is_removing_a_line(everything):
    # A line that excludes no other is as good as not written. (Numbers of later lines shift.)
    line = (
        "  rex: [decline if river is low (likely) @letter:12, accept if tolls is many @assumed]\n"
    )
    assert line in everything
    gone = everything.replace(line, "  rex: accept if tolls is many @assumed\n")
    dropped = sample(load_text(everything), 100, without=frozenset({"rex.answers"}))
    assert_same(dropped, sample(load_text(gone), 100))


def test_fewer_readings_are_the_first_of_more(everything):
    case = load_text(everything)
    few, many = sample(case, 7, seed=1), sample(case, READINGS_PER_CHUNK, seed=1)
    assert few.readings == 7
    for name, array in arrays(few).items():
        whole = arrays(many)[name]
        assert np.array_equal(array, whole if name in ("stake", "spoken", "unit") else whole[:7]), (
            name
        )
    assert all(np.array_equal(mask, many.in_force[n][:7]) for n, mask in few.in_force.items())


def test_chunks_and_seeds_differ(everything):
    case = load_text(everything)
    here = sample(case, 50, seed=0, chunk=0).part_worth
    assert not np.array_equal(here, sample(case, 50, seed=1, chunk=0).part_worth)
    assert not np.array_equal(here, sample(case, 50, seed=0, chunk=1).part_worth)


def test_setting_an_issue_keeps_every_draw(everything):
    case = load_text(everything)
    free, fixed = sample(case, 100), sample(case, 100, fixed={"tolls": "some"})
    assert np.array_equal(free.part_worth, fixed.part_worth)
    assert all(np.array_equal(a.worth, b.worth)
               for a, b in zip(free.terms, fixed.terms, strict=True))  # fmt: skip
    assert (fixed.base[:, 3] == fixed.space.option_index("tolls", "some")).all()


@pytest.mark.parametrize("readings", [0, READINGS_PER_CHUNK + 1])
def test_a_chunk_has_its_size(everything, readings):
    with pytest.raises(ValueError, match="chunk"):
        sample(load_text(everything), readings)
