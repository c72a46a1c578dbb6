"""A run's results to everything the report says."""

from __future__ import annotations

from winset.report import inventory, view
from winset.report.absence import open_answers
from winset.report.bearing import rests
from winset.report.findings import Findings
from winset.report.predictions import predictions_of
from winset.report.process_chapter import course_of
from winset.report.signing import SOLUTION_NAMES
from winset.report.wording import (
    capital,
    counted,
    date,
    listed,
    number,
    plural,
    seconds,
)
from winset.run import Results

_GROUPS = ("voice", "source", "basis")


def report_of(results: Results) -> view.Report:
    """Put the whole report together: sentences, shares and rows, nothing to compute any more."""
    case, found = results.case, Findings(results)
    names, gone = found.names, found.gone
    process, claims = results.process, results.claims
    return view.Report(
        title=case.title or case.name,
        case_name=case.name,
        date=date(case.as_of),
        marking=case.marking,
        account=inventory.account(case),
        view="winset takes no view.",
        silent=inventory.silent(case, names),
        notes=case.notes,
        variant=_variant(found),
        readings=results.readings,
        tables=tuple(found.table(table) for table in found.signings),
        short=found.short(),
        compared=found.compared(),
        unknown=_unknown(found),
        forced=found.forced(),
        parties=inventory.party_rows(case, names),
        issues=inventory.issue_rows(case, names),
        rules=tuple(
            names.rule(r.rule.condition, r.rule.requirement)
            + (f" ({r.statement.share})" if r.statement.share.low < 1 else "")
            for r in case.rules
            if r.statement.use and r.statement.id not in gone
        ),
        statements=inventory.statement_rows(
            case, names, results.shares, results.readings, gone, told=bool(process)
        ),
        sources=inventory.source_rows(case),
        method=_method(results),
        parameters=_parameters(results),
        rests=rests(inventory.counting(case, gone, told=bool(process))),
        course=course_of(process, case, gone) if process else None,
        predictions=predictions_of(claims, case) if claims else None,
    )


def _variant(found: Findings) -> tuple[str, ...]:
    spec, names = found.results.spec, found.names
    words = []
    if spec.fixed:
        fixed = [f"{names.issue(i)} is “{names.option(i, o)}”" for i, o in spec.fixed]
        words.append(f"Set from outside: {listed(fixed)}.")
    if spec.without:
        group = any(w.partition(":")[0] in _GROUPS for w in spec.without)
        count = plural(len(found.gone), "line")
        words.append(f"Dropped ({count}): {listed(spec.without)}.")
        if group:
            words.append(
                "Dropping a voice, source or basis leaves the lines that frame the question: what "
                "is now, who decides, who sits where."
            )
    if spec.solution != "nash":
        words.append(f"The deal signed is chosen otherwise: {SOLUTION_NAMES[spec.solution]}.")
    return tuple(words)


def _unknown(found: Findings) -> tuple[view.Unknown, ...]:
    case, gone = found.case, found.gone
    told = found.results.process is not None
    drawn = inventory.counting(case, gone, told=told)
    weak = rests(drawn)
    unsure = [s for s in drawn if s.share.low < 1]
    items = []
    unstated = inventory.unstated(case, found.names, gone)
    if unstated:
        items.append(
            view.Unknown(
                "What these want on issues that they decide: no line says it, so every order was "
                "drawn.",
                inventory.unspoken(case, found.names, gone),
                unstated,
            )
        )
    items += open_answers(list(found.absences.values()))
    if weak.assumed:
        items.append(
            view.Unknown(
                f"{capital(plural(weak.total, 'line'))} {'moves' if weak.total == 1 else 'move'} a "
                f"figure here: {weak}. An assumed line is the analyst's own.",
                brief=_guessed(weak),
            )
        )
    if unsure:
        items.append(
            view.Unknown(
                f"{capital(plural(len(unsure), 'line'))} may not hold: "
                f"{'it' if len(unsure) == 1 else 'each'} is in force in part of the readings only, "
                "as the case says.",
                brief=f"{plural(len(unsure), 'line')} may not hold",
            )
        )
    later = "" if told else inventory.kept(case)
    if later:
        items.append(view.Unknown(later, brief="order and dates are not computed"))
    return tuple(items)


def _guessed(rests: view.Rests) -> str:
    if not rests.assumed:
        return ""
    if rests.assumed == rests.total:
        return "every line that moves a figure is assumed"
    be = "is" if rests.assumed == 1 else "are"
    some = f"{number(rests.assumed)} of the {number(rests.total)}"
    return f"{some} lines that move a figure {be} assumed"


def _method(results: Results) -> tuple[str, ...]:
    """Tell how the figures came about, and what they are not."""
    signed = SOLUTION_NAMES.get(results.spec.solution, results.spec.solution)
    return (
        "Each reading is one full set of numbers, drawn evenly from all that fit the lines in "
        "force: how much each issue weighs for each party, what each option is worth to it, which "
        "red lines are meant, which uncertain lines hold. Orders are kept exactly; where a party "
        "is not spoken of, every order is possible. The share of readings in which an option or a "
        "package works is its acceptability (Lahdelma, Hokkanen and Salminen 1998).",
        f"In every reading every possible deal is {_looked_at(results)}. One can be signed if it "
        "changes "
        "something, breaks no rule, crosses no red line that is meant of those at the table and "
        "their ratifiers, leaves none of them worse off than without agreement and at least one "
        "at the table better off. Of these, a deal wastes nothing if no other is better for one "
        f"party and as good for all others. The deal that is signed is chosen so: {signed}.",
        "Without agreement a party has what the case says it has; where it says nothing, the "
        "state of today, in which what each party decides alone is decided as it likes best.",
        "Those not at the table answer the signed deal in each reading: as was stated; else no, if "
        "it crosses a red line of theirs that is meant; else by what is better for them, the deal "
        "as it would stand or the same without their part in it. What they were to carry out and "
        "do not falls back to what is now, and with it what the rules then forbid. Deals count as "
        "signed before those answers are known.",
        "Where something is so in every reading or in none, lines are dropped as long as that "
        "moves nothing (QuickXplain, Junker 2004); those left force it, on the readings tried.",
        *_told(results),
        "Limits. A share of readings is no probability: it weighs all numbers that fit the lines "
        "alike, because nothing is said about which are likelier. Gains add up over issues, but "
        f"for the linkages the case names. {_limit(results)} "
        "Points compare a party with itself only. The shares come from random draws: with "
        f"{counted(results.readings, 'reading')} they stand to about {_error(results.readings)}.",
    )


def _looked_at(results: Results) -> str:
    if all(table.deals.listed for table in results.tables.values()):
        return "looked at"
    return "looked at, or where they are too many searched (each table says so)"


def _told(results: Results) -> tuple[str, ...]:
    """Tell how the figures on order and dates came about."""
    if results.process is None:
        return ()
    return (
        "In what order, and when: of each reading stories are told. A step is tried once all that "
        "it waits for is there, takes as long as is drawn from its range (a triangle where the "
        "likeliest is stated), and comes off with its chance, drawn within its band once for each "
        "reading. A step with a table signs the deal of that table from the state of the story; "
        "where there is none, it fails. The shares of the stories of one reading scatter by "
        "chance; that is taken out before ranges over the readings are given (Louis 1984). What a "
        "channel or gesture is worth is counted on the same stories, with it and without it.",
    )


def _limit(results: Results) -> str:
    if results.process is None:
        return "Dates, order and chances of events play no part here."
    return (
        "Dates, order and chances of events play no part in what the tables can sign; the chapter "
        "on order and dates stands on the chances and durations that the case states, and what "
        "happens in one step changes another's chance only where a line says so."
    )


def _error(readings: int) -> str:
    # Two standard errors of a share near one half.
    points = 100 / max(readings, 1) ** 0.5
    return "one point of a hundred" if points <= 1 else f"{round(points)} points of a hundred"


def _parameters(results: Results) -> tuple[tuple[str, str], ...]:
    spec = results.spec
    return (
        ("Case", spec.file),
        ("Readings", number(results.readings)),
        ("Seed", str(spec.seed)),
        ("Tables", ", ".join(spec.tables)),
        ("Deal signed", SOLUTION_NAMES.get(spec.solution, spec.solution)),
        ("Set from outside", ", ".join(f"{i}={o}" for i, o in spec.fixed) or "nothing"),
        ("Dropped", ", ".join(spec.without) or "nothing"),
        ("winset", spec.version),
        ("Time", seconds(results.seconds)),
        ("Digest", results.digest),
    )
