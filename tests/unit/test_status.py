import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.refusals import CompulsoryYearsForbid, Refusal, StatusTransitionIllegal
from kernel.status import TRANSITIONS, StudentStatus, may_become, require_transition

S = StudentStatus
statuses = st.sampled_from(StudentStatus)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (S.PENDING, S.ENROLLED),
        (S.ENROLLED, S.SUSPENDED),
        (S.SUSPENDED, S.SUSPENDED),
        (S.SUSPENDED, S.ENROLLED),
        (S.ENROLLED, S.ABROAD),
        (S.ABROAD, S.ENROLLED),
        (S.ENROLLED, S.DROPPED_OUT),
        (S.DROPPED_OUT, S.ENROLLED),
        (S.ENROLLED, S.TRANSFERRED_OUT),
        (S.TRANSFERRED_OUT, S.ENROLLED),
        (S.ENROLLED, S.GRADUATED),
        (S.GRADUATED, S.ENROLLED),
    ],
)
def test_the_steps_of_a_childs_schooling_are_open_in_compulsory_years(before: S, after: S) -> None:
    require_transition(before, after, compulsory=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (S.ENROLLED, S.WITHDRAWN),
        (S.ENROLLED, S.EXPELLED),
        (S.SUSPENDED, S.WITHDRAWN),
        (S.ENROLLED, S.COMPLETED),
        (S.ENROLLED, S.LEFT_EARLY),
    ],
)
def test_no_child_in_compulsory_years_loses_the_record(before: S, after: S) -> None:
    require_transition(before, after, compulsory=False)
    with pytest.raises(CompulsoryYearsForbid) as refused:
        require_transition(before, after, compulsory=True)
    assert after.label in refused.value.sentence
    assert "第22条" in refused.value.sentence


@pytest.mark.parametrize(
    ("before", "after"),
    [(S.SUSPENDED, S.TRANSFERRED_OUT), (S.SUSPENDED, S.GRADUATED), (S.PENDING, S.GRADUATED), (S.DECEASED, S.ENROLLED)],
)
def test_a_step_that_does_not_exist_is_refused_with_both_names(before: S, after: S) -> None:
    with pytest.raises(StatusTransitionIllegal) as refused:
        require_transition(before, after, compulsory=False)
    assert refused.value.detail == {"before": before.label, "after": after.label}


@given(statuses)
def test_death_is_open_to_every_live_status_and_to_no_other_but_a_merge_taken_back(status: S) -> None:
    assert may_become(status, S.DECEASED, compulsory=True) is (status.live or status is S.MERGED)


@given(statuses)
def test_a_record_made_in_error_can_be_struck_once_and_never_comes_back(status: S) -> None:
    assert may_become(status, S.DELETED, compulsory=True) is (status not in (S.DELETED, S.MERGED))
    assert not may_become(S.DELETED, status, compulsory=False)


@given(statuses)
def test_whatever_was_merged_can_be_as_it_was_again(status: S) -> None:
    assert may_become(status, S.MERGED, compulsory=True) is may_become(S.MERGED, status, compulsory=True)


@given(statuses, statuses)
def test_compulsory_years_never_open_a_step_that_senior_years_close(before: S, after: S) -> None:
    if may_become(before, after, compulsory=True):
        assert may_become(before, after, compulsory=False)


@given(statuses, statuses, st.booleans())
def test_requiring_and_asking_agree(before: S, after: S, compulsory: bool) -> None:
    try:
        require_transition(before, after, compulsory=compulsory)
    except Refusal:
        assert not may_become(before, after, compulsory=compulsory)
    else:
        assert may_become(before, after, compulsory=compulsory)


def test_every_status_has_a_row_and_a_chinese_label_of_its_own() -> None:
    assert set(TRANSITIONS) == set(StudentStatus)
    assert len({status.label for status in StudentStatus}) == len(StudentStatus)


def test_only_those_in_school_count_as_in_school() -> None:
    assert [status for status in StudentStatus if status.in_school] == [S.ENROLLED]
    assert not any(status.live for status in (S.GRADUATED, S.TRANSFERRED_OUT, S.EXPELLED, S.DECEASED, S.DELETED))
