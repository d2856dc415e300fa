"""What a citizen can do at the kiosk, and what comes of it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from kiosk.events import (
    Arrived,
    Chose,
    Cleared,
    Continued,
    Look,
    Looked,
    Picked,
    Refused,
    SaveDraft,
    Scanned,
    Seal,
    Skipped,
    Spoke,
    Stayed,
    Stored,
    Ticked,
    Touched,
    Typed,
    WentBack,
    Wrote,
)
from kiosk.telex import Method
from kiosk.visit import (
    AWAKE_S,
    QUIET_S,
    SORRY_S,
    STORING_S_MAX,
    THANKS_STAY_S,
    Rules,
    Stage,
    Visit,
    idle,
    step,
)
from tests.kiosk.stories import ONE_TAP, somebody

RULES = Rules(ONE_TAP, ("vi", "en"))
START = idle(RULES, now=0.0)
NOW = 100.0


def at(stage: Stage, since: float = 0.0) -> Visit:
    """Return a visit at this stage."""
    return replace(START, stage=stage, since=since)


def test_a_tap_is_on_disk_before_anyone_is_thanked() -> None:
    """A face leads to a draft and its seal, and the thanks wait for the disk."""
    visit, effects = step(START, Chose(4), NOW, RULES)

    assert effects == (SaveDraft((("overall", 4),), "vi"), Seal())
    assert visit.stage is Stage.STORING
    assert step(visit, Stored(1), NOW, RULES)[0].stage is Stage.THANKS


def test_ten_fingers_count_once() -> None:
    """While one rating is being stored, and while its thanks stand, no other begins."""
    visit, _ = step(START, Chose(4), NOW, RULES)

    assert step(visit, Chose(1), NOW, RULES) == (visit, ())
    thanks, _ = step(visit, Stored(1), NOW, RULES)
    assert step(thanks, Chose(1), NOW + 1, RULES) == (thanks, ())


def test_ten_fingers_answer_one_question() -> None:
    """Ten fingers that lift at once choose one face, and answer nothing of what is asked next."""
    citizen = somebody().does(*[Chose(score) for score in (2, 5, 1, 4, 3)], every_s=0.0)

    assert citizen.question == "why"
    assert citizen.effects == [SaveDraft((("overall", 2),), "vi")]
    citizen.does(Picked(0), every_s=QUIET_S - 0.01)
    assert len(citizen.effects) == 1


def test_a_touch_meant_for_the_screen_before_is_ignored() -> None:
    """A touch within 350 ms of a new screen changes nothing; just after them it counts."""
    fresh = at(Stage.IDLE, since=NOW)

    assert step(fresh, Chose(5), NOW + QUIET_S - 0.01, RULES) == (fresh, ())
    assert step(fresh, Chose(5), NOW + QUIET_S + 0.01, RULES)[0].stage is Stage.STORING


def test_the_thanks_end_by_themselves() -> None:
    """After five seconds the question is back for the next citizen."""
    thanks = at(Stage.THANKS, since=NOW)

    assert step(thanks, Ticked(), NOW + 4.9, RULES)[0] is thanks
    assert step(thanks, Ticked(), NOW + 5.0, RULES)[0].stage is Stage.IDLE


def test_the_thanks_can_be_touched_away_but_not_at_once() -> None:
    """A touch ends the thanks after two seconds, not before: they are the cool-down."""
    thanks = at(Stage.THANKS, since=NOW)

    assert step(thanks, Touched(), NOW + THANKS_STAY_S - 0.1, RULES)[0] is thanks
    assert step(thanks, Touched(), NOW + THANKS_STAY_S, RULES)[0].stage is Stage.IDLE


def test_a_rating_right_after_another_counts_and_says_so() -> None:
    """A rating sooner than ten seconds after the last carries the flag `repeat`, a later one does not."""
    again = replace(idle(RULES, now=NOW + 2), rated_at=NOW)

    _, (soon, _) = step(again, Chose(1), NOW + 9.9, RULES)
    _, (later, _) = step(again, Chose(1), NOW + 10.0, RULES)
    assert isinstance(soon, SaveDraft)
    assert isinstance(later, SaveDraft)
    assert (soon.flags, later.flags) == (("repeat",), ())


def test_a_refusing_disk_is_admitted() -> None:
    """Whoever could not be recorded is told so, and the next citizen gets the question."""
    sorry, effects = step(at(Stage.STORING), Refused(0), NOW, RULES)

    assert (sorry.stage, effects) == (Stage.SORRY, ())
    assert step(sorry, Ticked(), NOW + SORRY_S, RULES)[0].stage is Stage.IDLE


def test_a_disk_that_does_not_answer_is_admitted_and_may_still_answer() -> None:
    """After ten seconds of waiting the citizen is told; if the disk answers then, they are thanked."""
    storing = at(Stage.STORING, since=NOW)

    sorry, _ = step(storing, Ticked(), NOW + STORING_S_MAX, RULES)
    assert sorry.stage is Stage.SORRY
    assert step(sorry, Stored(0), NOW + 11, RULES)[0].stage is Stage.THANKS


def test_a_draft_that_is_refused_is_tried_once_more_and_admitted() -> None:
    """When the disk refuses in the middle of a visit, all that was given is tried again."""
    citizen = somebody().does(Chose(2), Picked(1), Refused(1))

    assert citizen.visit.stage is Stage.SORRY
    assert citizen.effects[-2:] == [citizen.draft, Seal()]
    assert dict(citizen.draft.answers) == {"overall": 2, "why": (1,)}
    citizen.does(Refused(1))
    assert citizen.seals == 1
    assert citizen.does(Stored(1)).stage is Stage.THANKS


def test_nobody_is_thanked_for_somebody_elses_rating() -> None:
    """A disk that answers so late that the next citizen has rated thanks nobody for the first."""
    citizen = somebody(ONE_TAP).does(Chose(1)).waits(40).does(Chose(5))

    here = citizen.visit
    assert citizen.does(Stored(1)).visit == here
    assert citizen.does(Refused(1)).visit == here
    assert citizen.does(Stored(2)).stage is Stage.THANKS


def test_the_language_and_the_look_go_back_after_each_visit() -> None:
    """One citizen's English and large letters do not meet the next one."""
    look = Look(large=True, contrast=True)
    citizen = somebody(ONE_TAP).does(Spoke("en"), Looked(look), Chose(3))
    assert citizen.effects[0] == SaveDraft((("overall", 3),), "en")

    citizen.does(Stored(1))
    assert (citizen.visit.lang, citizen.visit.look) == ("en", look)
    citizen.waits(5)
    assert (citizen.stage, citizen.visit.lang, citizen.visit.look) == (Stage.IDLE, "vi", Look())


def test_a_language_nobody_offers_is_not_spoken() -> None:
    """Only the languages of the center can be chosen."""
    assert step(START, Spoke("xx"), NOW, RULES) == (START, ())


def test_whoever_glances_at_the_screen_learns_nothing() -> None:
    """After the last answer, the visit is the same whatever was chosen: no screen can tell a score."""
    visits = {step(START, Chose(score), NOW, RULES)[0] for score in range(1, 6)}
    assert len(visits) == 1

    ends = {
        somebody()
        .does(Chose(score), Picked(score % 3), Continued(), Skipped(), Chose(score), Picked(2), Skipped())
        .does(Typed("a"), Continued())
        .visit
        for score in (1, 2, 4, 5)
    }
    assert {(end.stage, end.answers, end.writing.text, end.comment) for end in ends} == {
        (Stage.STORING, (), "", "")
    }


def test_a_whole_visit() -> None:
    """Every kind of question is asked in its turn, and the rating says what was answered."""
    citizen = somebody().does(Chose(1))
    assert citizen.question == "why"
    citizen.does(Picked(2), Picked(0), Picked(1), Picked(1), Continued())
    assert citizen.question == "sorry"
    citizen.does(Picked(2), Chose(4))
    assert citizen.question == "trips"
    citizen.does(Picked(3), Picked(1))
    assert citizen.question == "more"
    citizen.does(*map(Typed, "Toots"), Continued())

    assert citizen.stage is Stage.STORING
    assert citizen.draft == SaveDraft(
        (("overall", 1), ("why", (0, 2)), ("sorry", 2), ("guided", 4), ("trips", 3), ("what", 1)),
        "vi",
        ("took:15",),
        procedure="2.000815",
        comment="Tốt",
    )
    assert citizen.seals == 1
    assert citizen.does(Stored(1)).stage is Stage.THANKS


@pytest.mark.parametrize(
    ("score", "follows"), [(1, "sorry"), (2, "sorry"), (3, "guided"), (4, "praise"), (5, "praise")]
)
def test_what_follows_a_face(score: int, follows: str) -> None:
    """A survey may ask more after a low face or a high one; what it asks everybody, it asks everybody."""
    assert somebody().does(Chose(score), Skipped()).question == follows


def test_each_tap_is_on_disk_at_once() -> None:
    """Each answer replaces the draft of the visit: a power cut between any two taps loses none of them."""
    citizen = somebody().does(Chose(4), Picked(0), Picked(1), Continued(), Picked(2))

    drafts = [each for each in citizen.effects if isinstance(each, SaveDraft)]
    assert [dict(each.answers).get("why") for each in drafts] == [None, (0,), (0, 1), (0, 1), (0, 1)]
    assert citizen.seals == 0


def test_back_and_again() -> None:
    """Whoever goes back finds what they had chosen; a skipped question takes it away."""
    citizen = somebody().does(Chose(2), Picked(1), Continued(), WentBack())
    assert citizen.question == "why"
    assert dict(citizen.visit.answers)["why"] == (1,)

    citizen.does(Skipped())
    assert (citizen.question, dict(citizen.draft.answers)) == ("sorry", {"overall": 2})


def test_until_the_seal_the_last_face_counts() -> None:
    """Who goes back to the faces may choose again; answers that the new face is not asked fall away."""
    citizen = somebody().does(Chose(1), Skipped(), Picked(0), WentBack(), WentBack(), WentBack())
    assert (citizen.question, citizen.stage) == ("overall", Stage.ASKING)
    citizen.does(WentBack(), Skipped())
    assert citizen.question == "overall"

    citizen.does(Chose(5), Skipped())
    assert dict(citizen.draft.answers) == {"overall": 5}
    assert (citizen.question, citizen.seals) == ("praise", 0)


def test_options_that_are_not_there_cannot_be_picked() -> None:
    """A number beyond the last option, or a face where none is asked, changes nothing."""
    citizen = somebody().does(Chose(3))
    citizen.does(Picked(3), Picked(-1), Chose(5), Typed("a"))

    assert (citizen.question, len(citizen.effects)) == ("why", 1)


def test_silence_hides_the_answers_and_asks() -> None:
    """After 45 s without a touch the kiosk asks whether anybody is there; each touch begins them anew."""
    citizen = somebody().does(Chose(2)).waits(44).does(Picked(0)).waits(44)
    assert citizen.visit.stage is Stage.ASKING
    assert citizen.waits(1.5).stage is Stage.STILL_THERE

    assert citizen.does(Picked(1), Chose(5), Continued()).stage is Stage.STILL_THERE
    citizen.does(Stayed())
    assert (citizen.stage, citizen.question, dict(citizen.visit.answers)["why"]) == (
        Stage.ASKING,
        "why",
        (0,),
    )


def test_who_went_away_has_said_what_they_said() -> None:
    """Nobody answers for 20 s more: what was given is counted, what was being written is not."""
    citizen = somebody().does(Chose(4), Skipped(), Skipped(), Skipped(), Skipped(), Skipped())
    assert citizen.question == "more"
    citizen.does(Typed("x")).waits(45 + 20.5)

    assert (citizen.stage, citizen.seals) == (Stage.IDLE, 1)
    assert citizen.draft.answers == (("overall", 4),)
    assert citizen.draft.comment == ""
    assert citizen.draft.flags == ("late", "took:6")
    assert citizen.visit == idle(citizen.rules, citizen.visit.since, citizen.visit)


def test_somebody_else_begins_at_once() -> None:
    """Who finds a visit that somebody left begins anew; the visit that was left is counted as it was."""
    citizen = somebody().does(Spoke("en"), Chose(2)).waits(46).does(Arrived())
    assert (citizen.stage, citizen.visit.lang, citizen.seals) == (Stage.IDLE, "vi", 1)

    citizen.does(Stored(1), Chose(5))
    assert (citizen.question, citizen.visit.number) == ("why", 2)
    assert citizen.draft.answers == (("overall", 5),)


def test_a_comment_is_written_by_keys() -> None:
    """Keys write Vietnamese, a key takes back, everything can be cleared, and the method can be changed."""
    citizen = somebody().does(Chose(3), *[Skipped()] * 4)
    citizen.does(*map(Typed, "Cams "))
    assert citizen.visit.writing.text == "Cám "
    citizen.does(Wrote(Method.VNI), *map(Typed, "o7n"))
    assert citizen.visit.writing.text == "Cám ơn"
    citizen.does(Typed("\b"))
    assert citizen.visit.writing.text == "Cám ơ"
    assert citizen.does(Cleared()).visit.writing.text == ""
    assert citizen.does(Continued()).draft.comment == ""


def test_english_is_written_as_it_is_typed() -> None:
    """Who chose English need not know Telex: no letter of theirs becomes a mark."""
    citizen = somebody().does(Spoke("en"), Chose(3), *[Skipped()] * 4, *map(Typed, "was"))
    assert citizen.visit.writing.text == "was"

    citizen.does(Spoke("vi"))
    assert citizen.visit.writing.text == "was"
    assert somebody().does(Chose(3), *[Skipped()] * 4, *map(Typed, "tooi")).visit.writing.text == "tôi"


def test_personal_numbers_are_taken_out_before_the_eyes_of_the_citizen() -> None:
    """A phone number goes, visibly, and only a second touch stores the rest."""
    citizen = somebody().does(Chose(3), *[Skipped()] * 4, *map(Typed, "goi 0912345678 nhe"), Continued())

    assert (citizen.question, citizen.visit.scrubbed, citizen.seals) == ("more", True, 0)
    assert "0912345678" not in citizen.visit.writing.text
    citizen.does(Continued())
    assert citizen.seals == 1
    assert citizen.draft.comment.startswith("goi ")
    assert "0912345678" not in citizen.draft.comment


def test_a_receipt_can_be_scanned_before_and_within_a_visit() -> None:
    """The code of a dossier travels with the rating as a fingerprint; what is no code is said."""
    before = somebody().does(Scanned("a" * 64), Chose(5))
    within = somebody().does(Chose(5), Scanned(""))
    assert (before.draft.dossier, within.visit.unreadable) == ("a" * 64, True)

    within.does(Scanned("b" * 64))
    assert (within.draft.dossier, within.visit.unreadable) == ("b" * 64, False)
    assert within.does(Scanned("")).visit.dossier == "b" * 64


def test_how_it_was_said_travels_as_flags() -> None:
    """A button of a box and a question that was read out are facts about a rating, and forbid nothing."""
    citizen = somebody(ONE_TAP).does(Looked(Look(listening=True)), Chose(5, box=True))

    assert citizen.draft.flags == ("box", "listened")


def test_notices_alternate_with_the_question() -> None:
    """After minutes without a touch the kiosk tells what was done; a touch brings the question back."""
    citizen = somebody(notices=2).does(Touched()).waits(119)
    assert citizen.visit.stage is Stage.IDLE
    citizen.waits(2)
    assert (citizen.stage, citizen.visit.notice) == (Stage.NOTICE, 1)
    assert citizen.waits(16).stage is Stage.IDLE
    citizen.waits(121)
    assert (citizen.stage, citizen.visit.notice) == (Stage.NOTICE, 0)

    citizen.does(Touched())
    assert citizen.stage is Stage.IDLE
    assert citizen.waits(119).stage is Stage.IDLE
    assert citizen.waits(2).does(Chose(4, box=True)).question == "why"


def test_a_closed_center_rests() -> None:
    """Outside the opening hours the screen rests; a touch wakes it, and a rating still counts."""
    citizen = somebody(is_open=False, notices=1).waits(1)
    assert citizen.stage is Stage.RESTING
    citizen.does(Chose(1, box=True))
    assert (citizen.stage, citizen.effects) == (Stage.IDLE, [])
    assert citizen.waits(AWAKE_S - 1).stage is Stage.IDLE
    assert citizen.waits(2).stage is Stage.RESTING

    citizen.does(Touched(), Chose(4))
    assert citizen.question == "why"


def test_an_opening_center_wakes() -> None:
    """When the center opens the question is there before the first citizen is."""
    citizen = somebody(is_open=False).waits(1)
    citizen.rules = replace(citizen.rules, is_open=True)

    assert citizen.waits(0.5).stage is Stage.IDLE
