import re

import pytest

from winset.casefile import load, load_text
from winset.language.terms import And, AtTable, Is, Not, Or
from winset.report.assembly import report_of
from winset.report.bearing import on_deal, own_words, rests
from winset.report.findings import Findings
from winset.report.inventory import kept, silent, unspoken, unstated
from winset.report.names import Names
from winset.report.view import Rests


@pytest.fixture
def case(case_text):
    return load_text(case_text)


def prose(report):
    yield from report.short
    for table in report.tables:
        for finding in (*table.answer, *table.reasons):
            yield finding.text
            yield finding.because
    for item in report.unknown:
        yield item.text


def test_prose_has_no_decimals_and_no_per_cents(results, no_deal):
    for sentence in [*prose(report_of(results)), *prose(report_of(no_deal))]:
        assert not re.search(r"\d\.\d|%", sentence), sentence
        assert sentence == "" or sentence[-1] in ".:", sentence


def test_shares_are_those_of_the_results(results):
    report = report_of(results)
    for table in report.tables:
        deals = results.tables[table.id].deals
        assert table.zone.count == deals.with_deal
        assert table.zone.total == deals.readings == 200
        for group in table.acceptability:
            # Each signed deal holds one option of every issue.
            assert sum(row.chosen.count for row in group.options) == deals.with_deal
            for row in group.options:
                assert row.frontier.count <= row.zone.count <= 200
        for row in table.answers:
            answered = row.accept.count + row.decline.count + row.undetermined.count
            assert answered == deals.with_deal == row.accept.total


def test_issues_and_options_stand_in_the_order_of_the_file(results):
    table = report_of(results).tables[0]
    assert [group.issue for group in table.acceptability] == ["The dam", "Water in summer"]
    assert [row.option for row in table.acceptability[0].options] == ["none", "small", "large"]
    assert [row.now for row in table.acceptability[0].options] == [True, False, False]


def test_a_headline_of_nothing_names_the_lines_that_force_it(no_deal):
    first = report_of(no_deal).tables[0].answer[0]
    assert first.share.none
    assert first.because
    assert first.forced or "without agreement" in first.because


def test_every_headline_of_0_or_100_per_cent_gives_a_reason(results, no_deal):
    for report in (report_of(results), report_of(no_deal)):
        for table in report.tables:
            for finding in table.answer:
                if finding.share and finding.share.extreme:
                    assert finding.because, finding.text
                assert finding.rests is None or finding.rests.total


def test_lines_that_force_are_in_use_and_known(results, no_deal):
    for found in (results, no_deal):
        known = {s.id: s for s in found.case.statements()}
        for table in report_of(found).tables:
            for finding in table.answer:
                assert all(known[line.id].use for line in finding.forced)
                assert all(line.line == known[line.id].line for line in finding.forced)


def test_dropping_a_line_takes_it_out_of_what_a_finding_rests_on(compute, case_text):
    whole = report_of(compute(case_text, draws=20)).tables[0].answer[0].rests
    less = compute(case_text, draws=20, without=["south.no-wall"])
    assert report_of(less).tables[0].answer[0].rests.total < whole.total
    assert "south.no-wall" in Findings(less).gone


def test_counts_by_basis(case):
    found = rests(on_deal(case, case.table("bank")))
    assert found.total == sum(count for _, count in found.parts)
    assert found.said >= 4
    assert str(Rests(7, 3, 9, 14)) == "7 said, 3 reported, 9 inferred, 14 assumed"


def test_own_words_are_said_in_the_partys_voice(case):
    assert own_words(case, "north")  # "Able said": its minister's surname
    assert not own_words(case, "south")  # the newspaper inferred it
    assert not own_words(case, "delta")


def test_the_unheard_are_named(case):
    assert "Southland and Delta" in silent(case, Names(case))[0]


def test_riyadh_names_those_who_are_not_heard():
    case = load("riyadh-2025")
    first = silent(case, Names(case))[0]
    assert "European Union" in first
    assert "Ukraine" not in first
    assert "Russia" not in first


def test_what_deciders_leave_open_is_listed(case, case_text):
    names = Names(case)
    assert unspoken(case, names, frozenset()) == ()
    gone = frozenset({"north.preferences.dam"})
    assert unspoken(case, names, gone) == ("Northland: The dam",)
    text = case_text.replace("dam: large > small > none @paper:4 Able said, ", "")
    assert unspoken(load_text(text), names, frozenset()) == ("Northland: The dam",)


def test_what_nobody_states_is_told_in_numbers_and_only_the_silent_want_all(case, case_text):
    names = Names(case)
    assert unstated(case, names, frozenset()) == ""
    one = frozenset({"north.preferences.dam"})
    both = one | {"north.preferences.water"}
    assert unstated(case, names, one) == (
        "what Northland (on 1 of 2 issues) wants where it decides"
    )
    assert unstated(case, names, both) == "all that Northland wants where it decides"
    assert unstated(case, names, both | {"south.preferences.water"}) == (
        "all that Northland wants where it decides; what Southland (on 1 of 2 issues) wants where "
        "it decides"
    )
    assert unstated(case, names, one | {"south.preferences.water"}) == (
        "what Northland (on 1 of 2 issues) and Southland (on 1 of 2) want where they decide"
    )
    known = "dam: large > small > none @paper:4 Able said"
    partly = case_text.replace(
        known, "dam: large > small > none if water is high else unknown @paper:4"
    )
    assert unstated(load_text(partly), names, frozenset()) == (
        "what Northland (in part on 1 of 2 issues) wants where it decides"
    )


def test_riyadh_says_of_whom_nothing_is_known_and_of_whom_part():
    case = load("riyadh-2025")
    assert unstated(case, Names(case), frozenset()) == (
        "all that the European Union wants where it decides; what the United States (on 3 of 11 "
        "issues) and Russia (on 1 of 8) want where they decide"
    )


def test_what_forces_a_headline_is_told_of_the_readings_tried(no_deal):
    found = report_of(no_deal).forced
    tried = {f.readings for f in no_deal.forced.values()}
    assert tried == {500}
    assert any(f.lines for f in found)
    for row in found:
        assert "in each of the 500 readings tried" in row.because.lower()


def test_what_is_empty_is_not_listed_as_unknown(compute, case_text):
    sourced = re.sub(r"(\(likely\) |\(roughly even\) )?@assumed", "@paper:9", case_text)
    sourced = re.sub(r", agenda: \[dam, water\]|firmness: very likely, ", "", sourced)
    report = report_of(compute(sourced, draws=20))
    assert not report.rests.assumed
    assert not any("assumed" in item.text for item in report.unknown)


def test_conditions_in_words(case):
    names = Names(case)
    assert names.condition(Is("dam", "large")) == "The dam is “large”"
    assert names.condition(Not(Is("dam", "large"))) == "The dam is not “large”"
    assert names.condition(Is("water", "high", "at least")) == "Water in summer is at least “high”"
    either = Or((Is("dam", "none"), AtTable("delta")))
    assert names.condition(And((Is("dam", "small"), either))) == (
        "The dam is “small” and (The dam is “none” or Delta is at the table)"
    )


def test_names_in_sentences_take_the_article_they_need():
    names = Names(load("riyadh-2025"))
    assert names.told(["ru", "us", "palestinians"]) == (
        "the United States, Russia and the Palestinians"
    )
    assert names.parties(["us", "ru"]) == "United States and Russia"


@pytest.mark.parametrize(("count", "words"), [(1, "One step is in"), (2, "Two steps are in")])
def test_what_is_kept_is_told_in_the_right_number(case_text, count, words):
    second = "  next: {title: Another @paper:7}\n" if count == 2 else ""
    assert kept(load_text(case_text + second)).startswith(words)


def test_small_packages_change_few_issues_and_are_acceptable(results):
    for table in report_of(results).tables:
        for early in table.early:
            assert 1 <= len(early.changes) <= 3
            assert early.share.count > 0
        shares = [early.share.count for early in table.early]
        assert shares == sorted(shares, reverse=True)


def test_order_of_the_file_and_names_do_not_change_what_is_said(compute, case_text):
    lines = case_text.replace(
        "  north: {name: Northland, delegates: {minister: Ann Able}}\n  south: {name: Southland}\n",
        "  south: {name: Southland}\n  north: {name: Northland, delegates: {minister: Ann Able}}\n",
    )
    one, other = report_of(compute(case_text, draws=40)), report_of(compute(lines, draws=40))
    assert [t.zone for t in one.tables] == [t.zone for t in other.tables]
    assert one.short == other.short
