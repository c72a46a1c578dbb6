"""Pareto frontiers by winset and by NegMAS, on the same numbers in the same run.

Utilities are sums of one number an issue and party, multiples of 2^-40, which both sides hold
exactly. NegMAS is asked as its documentation recommends, by ``pareto_frontier`` with the utility
functions and the issues; and, apart, its filter alone on utilities listed beforehand. Seconds are
of one processor; winset's are warm (its kernels compiled), the best of several.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from negmas_env import PINS, UnavailableError, ask, interpreter
from winset import __version__
from winset.casefile import load_text
from winset.ensemble import sample
from winset.formats import Domain, DomainIssue, Profile, case_text
from winset.methods.bargaining import egalitarian, kalai_smorodinsky, nash, utilitarian
from winset.methods.frontiers import Frontier, frontier
from winset.methods.pareto import nondominated

UNIT = 2**40
OPTIONS = 10  # an issue, so that n issues make 10^n deals
TARGET = {2: 1_000, 3: 1_000, 4: 100}
SECONDS, GIBIBYTES = 120, 6


def main() -> None:
    """Print how both sides do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="of NegMAS, a domain")
    seconds = parser.parse_args().seconds
    try:
        interpreter()
    except UnavailableError as error:
        print(f"the comparison with NegMAS is left out: {error}")
        return
    print(f"winset {__version__}, {PINS[0]}, Python {platform.python_version()}, {PINS[1]}")
    print(f"frontiers; NegMAS has {seconds} s and {GIBIBYTES} GiB for each\n")
    print(f"{'':9}{'':9}{'points':>17}{'seconds of a processor':>33}{'times as fast':>18}")
    print(f"{'parties':>7}{'deals':>9}{'NegMAS':>10}{'winset':>9}{'NegMAS':>12}{'filter':>9}"
          f"{'winset':>12}{'NegMAS':>10}{'filter':>8}")  # fmt: skip
    for parties, issues in [*itertools.product((2, 3, 4), (3, 4, 5, 7)), (2, 8)]:
        compared(parties, issues, seconds)
    print()
    for parties, issues in [(2, 9), (3, 9), (4, 9), (2, 12), (3, 12), (2, 15), (3, 15)]:
        alone(parties, issues)
    print()
    solutions()
    print()
    rounding()


def domain(parties: int, issues: int) -> tuple[np.ndarray, np.ndarray]:
    """Make random weights and values: worth (parties, cells), and where each issue begins."""
    rng = np.random.default_rng([parties, issues])
    weights = rng.dirichlet(np.ones(issues), parties)
    values = rng.random((parties, issues, OPTIONS))
    worth = np.rint(weights[:, :, None] * values * UNIT).astype(np.int64)
    return worth.reshape(parties, -1), np.arange(issues + 1) * OPTIONS


def compared(parties: int, issues: int, seconds: int) -> None:
    """Print one domain, by both sides."""
    worth, first = domain(parties, issues)
    mine, took = timed(lambda: frontier(worth, first))
    head = f"{parties:7}{f'10^{issues}':>9}"
    try:
        theirs = negmas(worth / UNIT, [OPTIONS] * issues, seconds)
    except UnavailableError as error:
        print(f"{head}{'':10}{len(mine.points):9,}{'':21}{took:12.6f}   NegMAS: {error}")
        return
    ratios = [theirs[part] / took for part in ("seconds", "filter")]
    aim = TARGET[parties]
    late = "" if issues != 5 or ratios[0] >= aim else f"  less than {aim:,}"
    print(f"{head}{len(theirs['points']):10,}{len(mine.points):9,}{theirs['seconds']:12.4f}"
          f"{theirs['filter']:9.4f}{took:12.6f}{ratios[0]:10,.0f}{ratios[1]:8,.0f}  "
          f"{difference(mine, theirs['points'])}{late}")  # fmt: skip


def alone(parties: int, issues: int) -> None:
    """Print a domain that NegMAS cannot list."""
    worth, first = domain(parties, issues)
    mine, took = timed(lambda: frontier(worth, first))
    kind = "exact" if mine.exact else f"within {mine.epsilon.max() / UNIT:.1e}"
    print(f"{parties:7}{f'10^{issues}':>9}{'':10}{len(mine.points):9,}{'':21}{took:12.6f}   {kind}")


def timed(work: Callable[[], Frontier], least: float = 0.3) -> tuple[Frontier, float]:
    """Give what the work finds, and the seconds of its best run when warm."""
    found, runs, begun = work(), [], time.process_time()
    while len(runs) < 3 or time.process_time() - begun < least:
        before = time.process_time()
        work()
        runs.append(time.process_time() - before)
    return found, min(runs)


def negmas(worth: np.ndarray, sizes: list[int], seconds: int = SECONDS) -> dict[str, Any]:
    """Ask NegMAS for the frontier and the solutions: points are (N, parties)."""
    with tempfile.TemporaryDirectory() as kept:
        file, points = Path(kept, "worth.npy"), Path(kept, "points.npy")
        np.save(file, worth)
        answer = ask({"what": "frontier", "worth": str(file), "points": str(points),
                      "sizes": sizes, "seconds": seconds, "bytes": GIBIBYTES * 2**30})  # fmt: skip
        return answer | {"points": np.load(points)}


def difference(mine: Frontier, theirs: np.ndarray) -> str:
    """Say how two lists of points differ."""
    ours = {tuple(row) for row in mine.points.tolist()}
    other = np.rint(theirs * UNIT).astype(np.int64).tolist()
    again = len(other) - len({tuple(row) for row in other})
    apart = ours ^ {tuple(row) for row in other}
    told = "the same points" if not apart else f"{len(apart)} points differ"
    return told + (f", {again} of them twice" if again else "")


def solutions() -> None:
    """Print the deals that both sides call by the same names."""
    print("solutions, 10^4 deals (gains of each party)")
    methods = {"nash": nash, "kalai-smorodinsky": kalai_smorodinsky, "egalitarian": egalitarian,
               "utilitarian": utilitarian}  # fmt: skip
    for parties in (2, 3, 4):
        worth, first = domain(parties, 4)
        points = frontier(worth, first).points
        theirs = negmas(worth / UNIT, [OPTIONS] * 4)["solutions"]
        for name, method in methods.items():
            mine = points[method(points)] / UNIT
            same = any(np.allclose(mine, other, atol=1e-12) for other in theirs[name])
            first_of = theirs[name][0]
            print(f"  {parties} parties  {name:18} winset {told(mine)}  NegMAS {told(first_of)}  "
                  f"{'the same' if same else 'another deal'}")  # fmt: skip
    print(
        "  NegMAS's Kalai-Smorodinsky is the deal of the frontier whose greatest and smallest "
        "share\n  of the best gains are nearest; winset's gives the smallest share its most."
    )


def told(gains: Any) -> str:  # noqa: ANN401 - numbers
    """Write gains."""
    return " ".join(f"{gain:.4f}" for gain in gains)


def rounding() -> None:
    """Print how many points each side keeps that another dominates, in decimal arithmetic."""
    print("rounding: weights and values in tenths, so that many sums are equal (3 parties)")
    print(f"{'deals':>9}{'exact':>8}{'NegMAS':>9}{'dominated':>11}{'winset':>9}{'dominated':>11}")
    for issues in (3, 4, 5):
        rng = np.random.default_rng(issues)
        weights = rng.multinomial(10, np.full(issues, 1 / issues), 3)
        values = rng.integers(0, 11, (3, issues, OPTIONS))
        hundredths = weights[:, :, None] * values
        first = np.arange(issues + 1) * OPTIONS
        exact = frontier(hundredths.reshape(3, -1), first).points
        floats = weights[:, :, None] / 10 * (values / 10)
        found = negmas(floats.reshape(3, -1), [OPTIONS] * issues)["points"]
        theirs = np.rint(found * 100).astype(np.int64)
        mine = by_case(floats, hundredths)
        print(f"{f'10^{issues}':>9}{len(exact):8,}{len(theirs):9,}{dominated(theirs):11,}"
              f"{len(mine):9,}{dominated(mine):11,}")  # fmt: skip
    print(
        "  exact: winset's methods, given hundredths as whole numbers; "
        "winset: the scenario imported\n  as a case file, and drawn from it."
    )


def by_case(floats: np.ndarray, hundredths: np.ndarray) -> np.ndarray:
    """Import a scenario, take its frontier, and tell it on the scenario's scale: (N, parties)."""
    issues = tuple(DomainIssue(f"i{n}", tuple(range(OPTIONS))) for n in range(floats.shape[1]))
    told = [tuple(map(tuple, rows)) for rows in floats.tolist()]
    profiles = tuple(Profile(f"p{n}", worth) for n, worth in enumerate(told))
    case = load_text(case_text(Domain("tenths", issues, profiles), dt.date(2025, 1, 1)))
    ensemble = sample(case, 1)
    worth = np.empty((len(profiles), len(issues) * OPTIONS), dtype=np.int64)
    for p, party in enumerate(case.parties):
        own = ensemble.part_worth[0, ensemble.space.party_index[party.id]]
        slots = [ensemble.space.slot(i.id, o.id) for i in case.issues for o in i.options]
        worth[p] = own[slots]
    points = frontier(worth, np.arange(len(issues) + 1) * OPTIONS).points
    low = hundredths.min(axis=2).sum(axis=1)
    width = hundredths.max(axis=2).sum(axis=1) - low
    return np.rint(points / ensemble.unit * width + low).astype(np.int64)


def dominated(points: np.ndarray) -> int:
    """Count rows that another row dominates or repeats."""
    different = np.unique(points, axis=0)
    return len(points) - int(np.count_nonzero(nondominated(different)))


if __name__ == "__main__":
    main()
