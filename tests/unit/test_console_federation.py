"""A federation's files: what each program is told is what it understands, and no secret lies open."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.keys import Directory, Verifier
from chassis.packs import load_packs
from chassis.schools import load_schools
from chassis.settings import CONFIG_VARIABLE, NodeSettings, load
from console.federation.files import OfficeFiles, Surroundings, write_files
from console.federation.plan import Plan, read_plan
from console.federation.premises import POLICIES
from console.federation.running import DEMONSTRATION
from console.parts import DevelopmentAuthority, deploy_directory
from county_node.settings import CountySettings
from kernel.office import NATION, Identity, Office, Role, Tier
from national_index.settings import IndexSettings
from province_hub.settings import HubSettings
from school_node.settings import SchoolSettings

SETTINGS: dict[Tier, type[NodeSettings]] = {
    Tier.NATION: IndexSettings,
    Tier.PROVINCE: HubSettings,
    Tier.AUTHORITY: CountySettings,
    Tier.SCHOOL: SchoolSettings,
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(deploy_directory() / DEMONSTRATION)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> DevelopmentAuthority:
    return DevelopmentAuthority.create(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def offices(
    plan: Plan, authority: DevelopmentAuthority, tmp_path_factory: pytest.TempPathFactory
) -> tuple[OfficeFiles, ...]:
    place = tmp_path_factory.mktemp("offices")

    def folder_of(office: Office) -> Path:
        folder = place / office.tier / office.code
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    around = Surroundings(
        addresses={office: f"127.0.0.1:{20_000 + n}" for n, office in enumerate(plan.offices)},
        metrics={},
        dsn=lambda office: f"postgresql+psycopg://{office.tier}_{office.code}:secret@127.0.0.1:1/x",
        nats_url="tls://127.0.0.1:4222",
        policies_dir=deploy_directory() / POLICIES,
    )
    return write_files(plan, folder_of=folder_of, authority=authority, around=around)


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[OfficeFiles], NodeSettings]:
    def read(files: OfficeFiles) -> NodeSettings:
        monkeypatch.setenv(CONFIG_VARIABLE, str(files.settings))
        return load(SETTINGS[files.office.tier])

    return read


def test_every_program_understands_its_settings(
    offices: tuple[OfficeFiles, ...], settings_of: Callable[[OfficeFiles], NodeSettings]
) -> None:
    assert len(offices) == 11
    for files in offices:
        settings = settings_of(files)
        assert settings.identity == Identity("dev", files.office)
        assert settings.listen == files.address


def test_every_office_below_the_nation_asks_the_one_above_it(
    plan: Plan, offices: tuple[OfficeFiles, ...], settings_of: Callable[[OfficeFiles], NodeSettings]
) -> None:
    address_of = {files.office: files.address for files in offices}
    for files in offices:
        settings, upstream = settings_of(files), plan.upstream(files.office)
        match settings:
            case CountySettings() | SchoolSettings():
                assert settings.upstream_office == str(upstream)
                assert upstream is not None
                assert settings.upstream_address == address_of[upstream]
            case HubSettings():
                assert upstream == NATION
                assert settings.index_address == address_of[NATION]
            case _:
                assert upstream is None


def test_a_register_holds_the_schools_of_its_office_and_no_others(
    plan: Plan, offices: tuple[OfficeFiles, ...], settings_of: Callable[[OfficeFiles], NodeSettings]
) -> None:
    for files in offices:
        settings = settings_of(files)
        if isinstance(settings, HubSettings | CountySettings | SchoolSettings):
            register = load_schools(settings.schools_file)
            assert set(register.values()) == set(plan.schools_of(files.office))
            assert load_packs(settings.policies_dir).named("2013.1").id == "2013.1"


def test_the_directory_is_the_nations_and_lists_every_hub(
    authority: DevelopmentAuthority,
    offices: tuple[OfficeFiles, ...],
    settings_of: Callable[[OfficeFiles], NodeSettings],
) -> None:
    address_of = {files.office: files.address for files in offices}
    for files in offices:
        settings = settings_of(files)
        if isinstance(settings, HubSettings):
            assert settings.directory_file is not None
            directory = Directory(settings.directory_file, verifier=Verifier(authority.certificate_file))
            assert directory.provinces() == ("41", "44")
            for code in directory.provinces():
                assert directory.province(code).archive_address == address_of[Office(Tier.PROVINCE, code)]
                assert "d" not in directory.province(code).sealing_key


def test_files_with_a_secret_are_readable_by_their_owner_alone(offices: tuple[OfficeFiles, ...]) -> None:
    secret = ("*-key.pem", "*.key", "*.jwk", "database-dsn", "settings.toml")
    found = [file for files in offices for pattern in secret for file in files.folder.rglob(pattern)]
    assert len(found) > 4 * len(offices)
    assert {file.stat().st_mode & 0o777 for file in found} == {0o600}


def test_no_setting_holds_a_password(offices: tuple[OfficeFiles, ...]) -> None:
    assert all("secret" not in files.settings.read_text("utf-8") for files in offices)


def test_a_school_has_two_people_so_that_nobody_checks_what_they_entered(offices: tuple[OfficeFiles, ...]) -> None:
    for files in offices:
        people = {desk.identity.role: desk.identity.person for desk in files.desks}
        if files.office.tier is Tier.SCHOOL:
            assert set(people) == {Role.REGISTRAR, Role.PRINCIPAL}
            assert len(set(people.values())) == 2
        else:
            assert set(people) == {Role.OFFICER}


def test_a_prefecture_is_the_authority_of_the_school_it_runs(plan: Plan) -> None:
    school = next(school for school in plan.schools if school.directly_run)
    upstream = plan.upstream(Office(Tier.SCHOOL, school.code.text))
    assert upstream == Office(Tier.AUTHORITY, "410100")
    assert plan.schools_of(Office(Tier.AUTHORITY, "410100")) == (school,)


def test_an_office_comes_after_the_one_it_asks(plan: Plan) -> None:
    order = {office: place for place, office in enumerate(plan.offices)}
    asks = [(office, plan.upstream(office)) for office in plan.offices]
    assert all(upstream is None or order[upstream] < order[office] for office, upstream in asks)
