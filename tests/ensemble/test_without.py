"""Which statements ``--without`` drops."""

import pytest

from winset.casefile import load_text
from winset.ensemble import left_in_place, resolve_without
from winset.errors import AskError


def test_by_id(everything):
    case = load_text(everything)
    asked = ["pax.red_lines", "issues.river.now"]
    assert resolve_without(case, asked) == frozenset(asked)
    assert left_in_place(case, asked) == frozenset()


def test_by_voice_source_and_basis(everything):
    case = load_text(everything)
    pax = {"pax.preferences.river", "pax.preferences.tolls#2", "pax.red_lines"}
    assert resolve_without(case, ["voice:Pax"]) == pax
    assert resolve_without(case, ["voice:pax"]) == pax
    authored = resolve_without(case, ["voice:author"])
    assert "qix.red_lines" in authored
    assert not authored & pax
    assert resolve_without(case, ["source:letter"]) == authored | pax
    assumed = resolve_without(case, ["basis:assumed"])
    assert "rules" in assumed
    assert not assumed & authored


def test_groups_leave_what_frames_the_question(everything):
    case = load_text(everything)
    assert "issues.river.now" not in resolve_without(case, ["source:letter"])
    assert "issues.river.now" in left_in_place(case, ["source:letter"])
    both = ["source:letter", "issues.river.now"]
    assert "issues.river.now" in resolve_without(case, both)
    assert "issues.river.now" not in left_in_place(case, both)


@pytest.mark.parametrize(
    ("asked", "near"),
    [("pax.red_line", "pax.red_lines"), ("voice:Pex", "voice:Pax"), ("basis:guessed", "basis:")],
)
def test_the_nearest_is_named(everything, asked, near):
    with pytest.raises(AskError, match="no statement") as caught:
        resolve_without(load_text(everything), [asked])
    assert near in str(caught.value) or "winset check" in str(caught.value)
