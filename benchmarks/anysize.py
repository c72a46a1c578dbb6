"""Compare searched deals with listed ones on random domains, field by field: ``make bench``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

DOMAINS = 500


def main() -> None:
    """Print how many domains were compared, and that all agree."""
    folder = Path(__file__).parents[1]
    sys.path.insert(0, str(folder))
    from tests.analyses.any_size import compare, random_domain

    begun, differing = time.process_time(), []
    for seed in range(DOMAINS):
        case, ensemble, asked = random_domain(seed)
        try:
            compare(case, ensemble, **asked)
        except AssertionError:
            differing.append(seed)
    used = time.process_time() - begun
    verdict = f"{len(differing)} differ: {differing[:10]}" if differing else "all agree"
    print(f"searched beside listed deals, {DOMAINS} random domains: {verdict} ({used:.1f} s)")
    if differing:
        sys.exit(1)


if __name__ == "__main__":
    main()
