"""A province of as many pupils as wanted, made set-based in seconds, and a process of its hub."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from index.running import libpq

from console.parts.certificates import DevelopmentAuthority
from console.parts.deploy import deploy_directory
from console.parts.run_directory import RunDirectory
from kernel.office import Identity, Office, Tier
from kernel.promotion import ladder
from kernel.school import School, SchoolCode
from kernel.stages import SchoolSystem

HUB = Office(Tier.PROVINCE, "41")
PLACE = "410105"
PUPILS_OF_A_SCHOOL = 1_000
CLASS_SIZE = 40
ENTERED_MS = 1_780_000_000_000
START_SECONDS = 60.0
LOOK_SECONDS = 0.05
FORMS = 97  # different forms; what is in them is of no account, what they weigh is
FORM_ITEMS = 24  # items of the form of some twenty characters: what a record weighs


def people_the_province(dsn: str, *, pupils: int) -> dict[str, School]:
    """Schools of a thousand, every third a junior one, every fifth under 五四; each pupil with a first entry."""
    schools = {}
    for nth in range(-(-pupils // PUPILS_OF_A_SCHOOL)):
        code = SchoolCode.parse(f"{3 if nth % 3 == 2 else 2}141{nth:06}")
        system = SchoolSystem.FIVE_FOUR if nth % 5 == 4 else SchoolSystem.SIX_THREE
        schools[code.text] = School(code=code, name=f"第{nth}学校", place=PLACE, authority=PLACE, school_system=system)
    stage_of = {code: "2" if code[0] == "3" else "1" for code in schools}
    grades = {
        code: [grade for grade in ladder(school.school_system) if grade[0] == stage_of[code]]
        for code, school in schools.items()
    }
    with psycopg.connect(libpq(dsn)) as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute("CREATE TEMP TABLE place (nth integer, school text, grades text[])")
        with connection.cursor().copy("COPY place FROM STDIN") as copy:
            for nth, school in enumerate(schools):
                copy.write_row((nth, school, grades[school]))
        connection.execute(
            "CREATE TEMP TABLE form AS SELECT variant,"
            " jsonb_object_agg('item_' || i, md5(CAST(variant * 100 + i AS text))) AS items"
            " FROM generate_series(0, %s - 1) AS variant, generate_series(1, %s) AS i GROUP BY variant",
            (FORMS, FORM_ITEMS),
        )
        connection.execute(
            "INSERT INTO students (student_key, number, status, school, grade, school_class, name, values, standing,"
            " version, custody, epoch, since_epoch)"
            " SELECT gen_random_uuid(), 'L' || lpad(CAST(n AS text), 18, '0'),"
            " CASE WHEN n %% 200 = 0 THEN 'suspended' ELSE 'enrolled' END, school,"
            " grades[1 + n %% cardinality(grades)],"
            " CAST(1 + (n %% %(school)s) / cardinality(grades) / %(class)s AS text) || '班', '学生' || n, form.items,"
            " '{}', 1, 'held', 1, 1"
            " FROM generate_series(0, %(pupils)s - 1) AS n JOIN place ON place.nth = n / %(school)s"
            " JOIN form ON form.variant = n %% %(forms)s",
            {"school": PUPILS_OF_A_SCHOOL, "class": CLASS_SIZE, "forms": FORMS, "pupils": pupils},
        )
        connection.execute(
            "INSERT INTO history (student_key, since_epoch, version, at_ms, known_ms, effective_on, case_id, procedure,"
            " step, office, person, reason, articles, rule_pack, evidence, counters, changes, status, school, grade,"
            " school_class)"
            " SELECT student_key, 1, 1, %(at)s, %(at)s, DATE '2026-05-29', gen_random_uuid(), 'enrolment',"
            " 'in_authority', 'authority/410105', 'w001', '', '{4,5}', '2013.1', '{}', 0,"
            " jsonb_build_object('student_key', student_key, 'number', number, 'aliases', CAST('[]' AS jsonb),"
            " 'status', status, 'school', school, 'values', values || jsonb_build_object('name', name, 'grade', grade,"
            " 'school_class', school_class), 'standing', CAST('{}' AS jsonb)), status, school, grade, school_class"
            " FROM students",
            {"at": ENTERED_MS},
        )
        connection.commit()
    with psycopg.connect(libpq(dsn), autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute("VACUUM ANALYZE")
    return schools


@contextmanager
def hub_process(
    run: RunDirectory, authority: DevelopmentAuthority, dsn: str, schools: dict[str, School], **more: object
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A process of the hub, of a province that has nobody above it.

    Args:
        more: settings besides those that every hub needs.
    """
    folder = run.folder("hub")
    identity = Identity(authority.environment, HUB).uri
    tls, signing = authority.issue_tls(identity, folder), authority.issue_signing(identity, folder)
    register = [
        {
            "code": code,
            "name": school.name,
            "place": school.place,
            "authority": school.authority,
            "school_system": school.school_system.value,
        }
        for code, school in schools.items()
    ]
    (folder / "schools.json").write_text(json.dumps(register, ensure_ascii=False), encoding="utf-8")
    (folder / "dsn").write_text(dsn)
    settings = {
        "environment": authority.environment,
        "office": str(HUB),
        "tls_certificate": tls.cert,
        "tls_key": tls.key,
        "authority_certificate": tls.ca,
        "signing_certificate": signing.certificate,
        "signing_key": signing.key,
        "schools_file": folder / "schools.json",
        "policies_dir": deploy_directory() / "policies",
        "database_dsn_file": folder / "dsn",
        "index_address": "127.0.0.1:9",
        "address_file": folder / "address",
        "log_level": "error",
        **more,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "province_hub"],
        env=os.environ | {f"XUEJI_{name.upper()}": str(value) for name, value in settings.items()},
    )
    run.guard(process.pid, first_signal=signal.SIGTERM)
    give_up_at = time.monotonic() + START_SECONDS
    while not (folder / "address").exists():
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise SystemExit("the hub did not start")
        time.sleep(LOOK_SECONDS)
    yield process, (folder / "address").read_text().strip()
    process.send_signal(signal.SIGTERM)
    process.wait()
    run.release(process.pid)
