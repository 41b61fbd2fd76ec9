"""How many of a generated population's duplicates are suspected, and how many suspicions are true.

    python benchmarks/matching_quality.py --seed 7 [--persons 200000]
    python benchmarks/matching_quality.py --learn 1

The first generates a labelled set from the seed, sweeps it as the index is swept, and prints precision and recall, of
each kind of mistake too. The second learns the weights of settings.json from another seed and writes them; a seed that
the weights were learnt from is refused for measuring. No person in it is real.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from matching import learning
from matching.labelled import LabelledSet, labelled_set, place_of

from national_index.store.sweep import sweep

LEARNT_FROM = 1


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seed", type=int, default=7, help="of the set that is measured")
    asked.add_argument("--persons", type=int, default=200_000)
    asked.add_argument("--learn", action="store_true", help=f"learn the weights from seed {LEARNT_FROM} and write them")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.learn:
            learning.learn(labelled_set(LEARNT_FROM, persons=given.persons, folder=Path(folder)))
            return
        if given.seed == LEARNT_FROM:
            raise SystemExit(f"the weights were learnt from seed {LEARNT_FROM}: measure another one")
        measure(labelled_set(given.seed, persons=given.persons, folder=Path(folder)), seed=given.seed)


def measure(labelled: LabelledSet, *, seed: int) -> None:
    began = time.perf_counter()
    found = {(place_of(pair.first), place_of(pair.second)) for pair in sweep(labelled.features)}
    seconds = time.perf_counter() - began
    true = found & labelled.kind_of.keys()
    figures = {
        "seed": seed,
        "records": labelled.count,
        "duplicates": len(labelled.kind_of),
        "suspected": len(found),
        "recall": share(len(true), len(labelled.kind_of)),
        "precision": share(len(true), len(found)),
        "twins_accused": len(found & labelled.twins),
        "twins": len(labelled.twins),
        "sweep_seconds": round(seconds, 1),
        "memory_mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "features_us": round(labelled.microseconds, 1),
    }
    there, seen = Counter(labelled.kind_of.values()), Counter(labelled.kind_of[pair] for pair in true)
    recall_of = {kind: share(seen[kind], count) for kind, count in there.items()}
    lines = ["| kind of mistake | pairs | recall |", "| --- | ---: | ---: |"]
    lines += [f"| {kind.replace('_', ' ')} | {there[kind]:,} | {recall:.3f} |" for kind, recall in recall_of.items()]
    lines += [
        f"| **all** | {len(labelled.kind_of):,} | **{figures['recall']:.3f}** |",
        "",
        f"precision {figures['precision']:.4f}; {figures['twins_accused']} of {figures['twins']:,} twins accused;"
        f" {labelled.count:,} records swept in {seconds:.1f} s, {figures['memory_mebibytes']:,} MiB;"
        f" {labelled.microseconds:.1f} µs of Python for the features of a record",
    ]
    sys.stdout.write("\n".join(lines) + "\n" + json.dumps(figures | {"recall_of": recall_of}) + "\n")


def share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else math.nan


if __name__ == "__main__":
    main()
