"""The options of a question as they are to be shown: their words, their groups, their pages."""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from kiosk.catalog import spoken, translator
from kiosk.ui.screens.groups import Group, Wish
from kiosk.ui.typeset import kept
from kiosk.ui.widgets.chip import Form
from kiosk.ui.widgets.pictograms import JOURNEYS, NUMBERS

if TYPE_CHECKING:
    from kiosk.ui.theme import Sheet
    from server.protocol.survey import Question

TITLES: Final = {"good": ("group_good", "heart"), "better": ("group_better", "bulb")}
"""The title of a group and the pictogram before it."""
OFTEN: Final = frozenset({"trips", "contacts"})
"""The questions of the ready-made surveys that ask how often somebody had to come."""
EASY_SHARE: Final = 1.2
"""How much larger than they must be words may be written on any glass."""

Page = tuple[Group, ...]


def wish_for(
    sheet: Sheet,
    question: Question,
    langs: tuple[str, ...],
    least_px: float,
    *,
    close: bool = False,
    tight: bool = False,
) -> Wish:
    """Return what is to be arranged in the first language, so that it has room in the others too.

    `close` and `tight` allow the forms and the rows that are for want of room.
    """
    most = max(sheet.text((54 if sheet.portrait else 44) * sheet.unit), EASY_SHARE * sheet.answer_px)
    forms = _forms(question)
    if question.kind == "number" and Form.BESIDE in forms:
        # numbers are few and short: they have a picture above them, or where that has no room none
        forms = (Form.ABOVE, *(Form.BESIDE,) * sheet.portrait, *(Form.MIDDLE,) * tight)
    elif Form.BESIDE in forms:
        forms += (Form.CLOSE,) * close + (Form.TIGHT,) * tight
    labels, *others = (
        {option: kept(text) for option, text in labels_of(question, lang).items()} for lang in langs
    )
    return Wish(labels, forms, least_px, max(most, least_px), filled=close, others=tuple(others))


def _forms(question: Question) -> tuple[Form, ...]:
    """Return how the chips may be laid out: of several options each shows whether it is chosen."""
    if any(icons_of(question).values()):
        return Form.ABOVE, Form.BESIDE
    match question.kind:
        case "several":
            return (Form.TICK,)
        case "number":
            return (Form.MIDDLE,)
        case "procedure":
            return (Form.LINE,)
        case _:
            return Form.MIDDLE, Form.LINE


def labels_of(question: Question, lang: str) -> dict[int, str]:
    """Return the words of every option; a number without words of its own is written in digits."""
    if question.options:
        return {number: spoken(option.text, lang) for number, option in enumerate(question.options)}
    most = question.most
    last = translator(lang)("number_or_more").format(n=most)
    return {number: str(number) if number < most else last for number in range(most + 1)}


def icons_of(question: Question) -> dict[int, str]:
    """Return the name of every option's pictogram; where only some have one, the others get a neutral one.

    None, one and more of something have the pictograms of these numbers.
    """
    if question.kind == "number" and len(question.options) == len(NUMBERS):
        return dict(enumerate(JOURNEYS if question.id in OFTEN else NUMBERS))
    neutral = "other" if any(option.icon for option in question.options) else ""
    return {number: option.icon or neutral for number, option in enumerate(question.options)}


def groups_of(question: Question, lang: str, *others: str) -> tuple[Group, ...]:
    """Return the options as they stand together; only of several options there are groups with titles.

    The groups know their titles in the `others` languages too.
    """
    every = tuple(labels_of(question, lang))
    named = {option.group for option in question.options}
    if question.kind != "several" or not named - {""}:
        return (Group("", "", every),)
    says = [translator(each) for each in (lang, *others)]
    groups = []
    for name, (title, icon) in TITLES.items():
        options = tuple(number for number in every if question.options[number].group == name)
        if options:
            spoken_title, *rest = (say(title) for say in says)
            groups.append(Group(spoken_title, icon, options, tuple(rest)))
    alone = tuple(number for number in every if not question.options[number].group)
    return (*groups, Group("", "", alone)) if alone else tuple(groups)


def cut(group: Group, pages: int) -> tuple[Page, ...]:
    """Return the options of a group on so many pages, about equally many on each, the fuller pages first."""
    count = len(group.options)
    ends = [ceil(count * number / pages) for number in range(pages + 1)]
    return tuple((replace(group, options=group.options[start:end]),) for start, end in pairwise(ends))


def pages_of(groups: tuple[Group, ...], pages: int) -> tuple[Page, ...]:
    """Return groups on so many pages, some of every group on each: no page asks for praise alone."""
    parts = [cut(group, pages) for group in groups]
    return tuple(tuple(group for (group,) in page if group.options) for page in zip(*parts, strict=True))
