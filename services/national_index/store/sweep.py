"""The sweep of all records for suspected duplicates (Art. 24, each term): Splink on DuckDB, in this process.

For a nation the same settings run on Spark (docs/matching.md). Splink and DuckDB are an extra, ``xueji[sweep]``: no
service needs them.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from national_index.domain.matching.model import SETTINGS, Comparison, read_model
from national_index.store.suspicions import SuspectedPair


def sweep(features: Path, *, memory: str = "4GB") -> Iterator[SuspectedPair]:
    """Every suspected pair, each once, the heaviest first.

    Args:
        features: a Parquet or CSV file with a column ``student_key`` and those of ``Features``.
        memory: that DuckDB may use before it goes to disk.
    """
    import duckdb
    from splink import DuckDBAPI, Linker

    model = read_model()
    columns = [f"gamma_{comparison.name}" for comparison in model.comparisons]
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{memory}'")
    reader = "read_parquet" if features.suffix == ".parquet" else "read_csv"
    connection.execute(f"CREATE TABLE features AS SELECT * FROM {reader}(?)", [str(features)])  # noqa: S608 - one of two
    api = DuckDBAPI(connection)
    linker = Linker(api.register("features"), SETTINGS, log_level="WARNING", validate_settings=False)
    predicted = linker.inference.predict(threshold_match_weight=0)
    found = connection.execute(
        f"SELECT student_key_l, student_key_r, match_weight, {', '.join(columns)}"  # noqa: S608 - names of the settings
        f" FROM {predicted.physical_name} ORDER BY match_weight DESC, student_key_l, student_key_r"
    )
    while rows := found.fetchmany(10_000):
        for one, other, weight, *gammas in rows:
            levels = [_level(gamma, comparison) for gamma, comparison in zip(gammas, model.comparisons, strict=True)]
            first, second = sorted((str(one), str(other)))
            yield SuspectedPair(first, second, weight, model.reasons(levels))
    connection.close()


def _level(gamma: int, comparison: Comparison) -> int:
    """Splink counts levels from the last one, 0, upwards; null, which is the first one here, is -1."""
    return 0 if gamma < 0 else len(comparison.levels) - 1 - gamma
