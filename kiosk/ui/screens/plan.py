"""How much stands around the options of a question, and on how many pages they are.

Nothing is drawn here: `kiosk.ui.screens.choices` draws what is planned. The plan that
needs the fewest pages is taken, and of these the one with the most around it; for a
citizen who sits, before that the one whose answers are the lowest.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.screens.aside import ask_above
from kiosk.ui.screens.ask import pad_px
from kiosk.ui.screens.groups import Arrangement, arrange
from kiosk.ui.screens.options import groups_of, icons_of, pages_of, wish_for
from kiosk.ui.screens.tiers import CARD_LARGE, ENLARGED, LEAST, TIERS, title_px, usual_px
from kiosk.ui.theme import NORMAL
from kiosk.ui.typeset import Setting, set_words
from kiosk.ui.widgets.bar import PLACES, Bar, apart_px
from kiosk.ui.widgets.chip import Form, words_box
from kiosk.ui.widgets.tools import pill_px, tools_px
from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiosk.ui.screens.ask import AskCard
    from kiosk.ui.screens.asked import Asked
    from kiosk.ui.screens.groups import Wish
    from kiosk.ui.screens.header import Header
    from kiosk.ui.screens.options import Page
    from kiosk.ui.screens.screen import Screen
    from kiosk.ui.screens.tiers import Tier
    from kiosk.ui.theme import Sheet
    from kiosk.ui.widgets.in_force import ToolsInForce

PAGES_LARGE: Final = 3
"""More pages than these are worse than text that is less large."""
ASK_SHARE: Final = 0.36
"""How much of the height a question may take before it is written smaller."""
ASK_SHARE_TITLED: Final = 0.16
"""The same in large text above groups, whose titles ask for themselves."""
ASK_BESIDE_SHARE: Final = 0.46
"""How much of the height a question may take beside the languages, which is as narrow as they leave it."""
ALONE_SHARE: Final = 1.3
"""How much larger than it must be a question without a card is written, which no titles follow."""
REACHES: Final = (0.0, 0.35, 0.7)
"""How much of what is above the reach of a citizen who sits is taken, where the answers need it."""
HEAD_SHARE: Final = 0.16
"""How much of the height a head may take, before its name gives way."""
LOWER_LEAST: Final = 0.83
"""How high groups are at least that come lower, as a share of their height without that."""
LOWER_ASIDE: Final = 0.95
"""The same where the question stands above one of them."""
LOWER_TRIES: Final = 7
"""How often the room for answers is halved to find how low they may stand."""
LOWER_SHARE: Final = 0.1
"""How much lower answers must come, as a share of the height, for less to stand around them."""
GROWN_SHARE: Final = 0.85
"""How large a question above groups is at least in large text, as a share of how large it may be."""
BELOW_SHARE: Final = 0.6
"""How far below the languages a question stands, in spaces between buttons, on a glass that is not low."""
TITLE_GAP: Final = 0.6
"""How far groups of answers stay from languages and question, as a share of the space between buttons."""


class Plan(Value, frozen=True):
    """How the question is laid: what stands around it, the room for the answers, and every page of them."""

    tier: Tier
    area: Box
    room: Box
    pages: tuple[Arrangement, ...]


class Row(Value, frozen=True):
    """A question on one row with the languages: its setting and width; how high it is with the languages.

    It stands beside them, or `below` so many pixels on a card with this `pad`.
    """

    setting: Setting
    high: float
    wide: float
    below: float = 0.0
    pad: float = 0.0


class Planner:
    """Plans for the widgets of a screen, which say how much room they need."""

    def __init__(self, screen: Screen, header: Header, ask: AskCard, tools: ToolsInForce) -> None:
        self.screen, self.header, self.ask, self.tools = screen, header, ask, tools

    def plan(self, sheet: Sheet, asked: Asked) -> Plan:
        """Return how the question is laid."""
        return self._fitting(sheet, asked) or self._forced(sheet, asked)

    def _fitting(self, sheet: Sheet, asked: Asked) -> Plan | None:
        """Return the plan with the fewest pages, and among these the one with the most around it."""
        if not sheet.look.large:
            return self._best(sheet, asked, sheet.answer_px)
        # groups are as large in every look with large text
        look = NORMAL if asked.titled else replace(sheet.look, large=False)
        usual = self._fitting(replace(sheet, look=look), asked)
        size = 0.0 if usual is None else usual.pages[0].size_px
        # a citizen who asked for large text gets no less than without it, and of groups, which may have pages
        # of their own, more
        for count, tiers, shares in ENLARGED if asked.titled and usual and len(usual.pages) == 1 else ():
            for share in shares:
                plan = self._best(sheet, asked, share * size, tiers)
                if plan is not None and len(plan.pages) <= count:
                    return plan
        best: Plan | None = None
        for least in (max(sheet.answer_px, size), sheet.answer_px, usual_px(sheet)):
            plan = self._best(sheet, asked, least)
            if plan is not None and (best is None or len(plan.pages) < len(best.pages)):
                best = plan
            if best is not None and len(best.pages) <= PAGES_LARGE:
                break
        return best

    def _best(
        self, sheet: Sheet, asked: Asked, least_px: float, tiers: tuple[Tier, ...] = TIERS
    ) -> Plan | None:
        """Return the best plan of these tiers whose answers are at least as large."""
        best: Plan | None = None
        for tier in self._tiers(sheet, asked, tiers):
            for plan in self._fitting_in(sheet, asked, tier, least_px):
                # of equally good ones the first has the most around it
                if best is None or _rank(sheet, asked, plan) < _rank(sheet, asked, best):
                    best = plan
            if best is not None and len(best.pages) == 1 and (asked.titled or not sheet.look.low):
                break
        return best

    def _tiers(self, sheet: Sheet, asked: Asked, tiers: tuple[Tier, ...]) -> Iterator[Tier]:
        """Yield what may stand around the answers, the most first."""
        page = self.head_page(sheet, asked)
        alone = CARD_LARGE if sheet.look.large and sheet.portrait else None
        may_be_aside = asked.titled and not (sheet.portrait or sheet.look.large or sheet.small)
        for tier in tiers:
            high, least = (
                max(self.header.measure(sheet, page, head) for head in heads)
                for heads in (
                    [each.head_in(tier) for each in asked.spoken],
                    [each.bare for each in asked.spoken],
                )
            )
            # the counter alone stands beside the languages or nowhere; titles of groups need the height
            most = {"whole": max(least, HEAD_SHARE * sheet.height), "counter": least}.get(tier.head, high)
            if (tier.usual and not sheet.look.large) or (tier.aside and not may_be_aside):
                continue
            if asked.titled:
                may = not sheet.small and (tier.head == "whole" or tier == alone)
            else:
                may = tier.head == "languages" or not sheet.small
            if tier.aside or not tier.headed or (may and high <= most):
                yield tier

    def _fitting_in(self, sheet: Sheet, asked: Asked, tier: Tier, least_px: float) -> Iterator[Plan]:
        """Yield the plans of a tier: all on one page, else on few, some of each group on each."""
        question = asked.question
        groups = groups_of(question, *asked.langs)
        wish = wish_for(sheet, question, asked.langs, least_px, close=tier.close, tight=tier.tight)
        area = self._area(sheet, asked, tier)
        if tier.headed and not tier.aside:
            tall = self.tall_px(sheet, area, asked)
            if not all(self.ask.is_whole(sheet, area.width, each.words, tall=tall) for each in asked.spoken):
                return
        rooms = list(self._rooms(sheet, asked, tier, area))
        if asked.titled:
            # groups come lower only as they are: what the titles ask stays easy to read
            found = list(self._titled(sheet, asked, tier, area, rooms, wish))
            yield from found
            if found or tier.aside:
                return
            rooms = rooms[-1:]
        for short, room in pairwise((None, *rooms)):
            if room is not None and (pages := _made(sheet, (groups,), room, wish)):
                yield Plan(tier, area, *_lowest(sheet, groups, wish, short, (room, pages)))
                return
        for room in rooms:
            counts = range(2, max(len(group.options) for group in groups) + 1)
            tries = (_made(sheet, pages_of(groups, count), room, wish) for count in counts)
            if pages := next(filter(None, tries), ()):
                yield Plan(tier, area, room, pages)

    def _titled(
        self, sheet: Sheet, asked: Asked, tier: Tier, area: Box, rooms: list[Box], wish: Wish
    ) -> Iterator[Plan]:
        """Yield the plan of a tier with all groups on one page, if they fit, the question maybe aside."""
        groups = groups_of(asked.question, *asked.langs)
        words = [each.words for each in asked.spoken]
        low, whole = rooms[0], rooms[-1]
        if tier.aside:
            # nothing stands aside where the columns are equally high without it
            below = area.below(self.ask_px(sheet, asked, replace(tier, aside=False), area))
            pages = _made(sheet, (groups,), below, wish)
            if pages and not ask_above(sheet, pages[0], ()):
                return
            wish = replace(wish, forms=wish.forms[1:])
        pages = _made(sheet, (groups,), whole, wish)
        if not pages or (tier.aside and not ask_above(sheet, pages[0], words)):
            return
        same = replace(wish, forms=(pages[0].form,), least_px=pages[0].size_px)
        # no chip is squeezed for it
        least = (LOWER_ASIDE if tier.aside else LOWER_LEAST) * pages[0].high
        short = replace(low, height=max(low.height, least)) if sheet.look.low else None
        room, pages = _lowest(sheet, groups, same, short, (whole, pages))
        beside = ask_above(sheet, pages[0], words) if tier.aside else None
        if beside or not tier.aside:
            yield Plan(tier, area, room, (beside,) if beside else pages)

    def _forced(self, sheet: Sheet, asked: Asked) -> Plan:
        """Lay words that fit nowhere in a list: every check reports them."""
        question = asked.question
        area = self._area(sheet, asked, LEAST)
        least = usual_px(sheet)
        wish = wish_for(sheet, question, asked.langs, least, close=True, tight=True)
        boxes = area.below(self.ask_px(sheet, asked, LEAST, area)).rows(len(wish.labels), sheet.apart_px)
        form = wish.forms[-1]
        settings = {
            option: set_words(text, fonts.BODY, words_box(sheet, form, box).size, least, least)
            for (option, text), box in zip(wish.labels.items(), boxes, strict=True)
        }
        return Plan(LEAST, area, area, (Arrangement(form, dict(enumerate(boxes)), settings),))

    def _area(self, sheet: Sheet, asked: Asked, tier: Tier) -> Box:
        """Return what is left for question and answers between the head and the bar, in every language."""
        page, gap = self.screen.page(sheet), apart_px(sheet)
        foot = gap + max(Bar.height_px(sheet, page.width, lang, places=PLACES) for lang in asked.langs)
        head = self.head_page(sheet, asked)
        rest = Box(page.x, page.y + foot, page.width, head.top - page.y - foot)
        if not tier.headed:
            return rest
        high = max(self.header.measure(sheet, head, each.head_in(tier)) for each in asked.spoken)
        return rest.below(high + 0.8 * gap)

    def head_page(self, sheet: Sheet, asked: Asked) -> Box:
        """Return the part of the page beside the tools that are in force, or below them, for the head."""
        page, tools = self.screen.page(sheet), self.tools.width_px(sheet)
        if tools + self.header.pills_px(sheet, asked.bare, page.width - tools) > page.width:
            return page.below(tools_px(sheet) + apart_px(sheet))
        return page.from_left(page.width - tools)

    def _rooms(self, sheet: Sheet, asked: Asked, tier: Tier, area: Box) -> Iterator[Box]:
        """Yield the room for the answers; a citizen who sits has it as low as they fit."""
        ask = self.ask_px(sheet, asked, tier, area)
        whole = area.below(ask)
        if sheet.look.low:
            low = self.screen.reach(sheet, area, 0.0).height
            for share in REACHES:
                high = low + share * (whole.height - low)
                if 0 < high < whole.height:
                    yield Box(whole.x, whole.y, whole.width, high)
        yield whole

    def ask_px(self, sheet: Sheet, asked: Asked, tier: Tier, area: Box) -> float:
        """Return the height of the question, in any language, and of the space below it."""
        if tier.aside:
            return 0.0
        if tier.headed:
            tall = self.tall_px(sheet, area, asked)
            highs = (self.ask.height_px(sheet, area.width, each.words, tall=tall) for each in asked.spoken)
            return max(highs) + apart_px(sheet)
        return max(self._row_px(sheet, asked, row) for row in self._rows(sheet, asked, tier))

    def _row_px(self, sheet: Sheet, asked: Asked, row: Row) -> float:
        """Return the height of the row of the question, and of the space below it.

        The title of a group keeps chips far enough from the languages.
        """
        if not asked.titled or row.below:
            return row.high + apart_px(sheet)
        # a title may come closer to the languages than a chip: as close as they look
        return max(row.setting.height_px, self._languages_px(sheet)) + TITLE_GAP * apart_px(sheet)

    @staticmethod
    def tall_px(sheet: Sheet, area: Box, asked: Asked) -> float:
        """Return how high the words of the question on its card may be: less where titles ask, too."""
        share = ASK_SHARE_TITLED if asked.titled and sheet.look.large else ASK_SHARE
        return max(share * area.height - 2 * pad_px(sheet), 1.5 * sheet.answer_px)

    def row(self, sheet: Sheet, asked: Asked, tier: Tier) -> Row:
        """Set the question beside the languages, or below them where that is less high in one of them."""
        return self._rows(sheet, asked, tier)[0]

    def _rows(self, sheet: Sheet, asked: Asked, tier: Tier) -> list[Row]:
        """Set the question in every language, in all of them below the languages if in one."""
        rows = [self._row_in(sheet, each, tier) for each in asked.spoken]
        if any(row.below for row in rows):
            return [self._row_in(sheet, each, tier, is_below=True) for each in asked.spoken]
        return rows

    def _row_in(self, sheet: Sheet, asked: Asked, tier: Tier, *, is_below: bool = False) -> Row:
        """Set the question in its language beside the languages, or below them where that is less high."""
        page, head = self.screen.page(sheet), self.head_page(sheet, asked)
        pills = self.header.pills_px(sheet, asked.bare, head.width)
        share = 1 if asked.titled or sheet.look.large else ALONE_SHARE
        most = max(share * sheet.answer_px, sheet.text(44 * sheet.unit))
        if asked.titled and sheet.look.large:
            most = usual_px(sheet) if tier.quiet else title_px(sheet) if tier.usual else most
        if not pills and head.width == page.width:
            return self._row(sheet, asked, page.width, 0.0, (most, min(most, sheet.answer_px)))
        wide = head.width - pills - apart_px(sheet)
        if tier.quiet and asked.titled and not is_below:
            low = (wide, self._languages_px(sheet) + 1)
            small = set_words(asked.words, fonts.BOLD, low, sheet.answer_px, sheet.quiet_px)
            if small.fits:
                return Row(small, tools_px(sheet), wide)
        # a titled question may be as large as usual for want of room; large text makes it larger than that
        title = max(title_px(sheet), GROWN_SHARE * most if sheet.look.large else 0.0)
        grows = asked.titled and (tier.tight or sheet.look.large)
        least = min(most, title if grows else sheet.answer_px)
        beside = self._row(sheet, asked, wide, tools_px(sheet), (most, least))
        below = self._row(sheet, asked, page.width, 0.0, (most, least))
        is_large = beside.setting.fits and beside.setting.size_px >= round(least)
        if not is_below and is_large and beside.high <= below.high + tools_px(sheet):
            return beside
        # where nothing else fits the question has no card either
        pad = 0.0 if tier.quiet else sheet.mm(1.2 if sheet.portrait else 0.4)
        raised = sheet.mm(1.1) if pad else 0.0
        above = tools_px(sheet) + (raised if sheet.low else BELOW_SHARE * sheet.apart_px)
        return Row(below.setting, below.high + above + 2 * pad, page.width, above, pad)

    def _languages_px(self, sheet: Sheet) -> float:
        """Return how far down languages and tools look to reach: a finger may be less exact than that."""
        # a pictogram alone is as large as a finger needs
        return tools_px(sheet) if self.tools.width_px(sheet) else (tools_px(sheet) + pill_px(sheet)) / 2

    @staticmethod
    def _row(sheet: Sheet, asked: Asked, wide: float, least_high: float, sizes: tuple[float, float]) -> Row:
        """Set the question in this width, between these sizes."""
        most, least = sizes
        tall = max(least_high, ASK_BESIDE_SHARE * sheet.height)
        tries = [
            (max(least_high, 1.5 * most), most, least),
            (tall, min(most, sheet.answer_px), sheet.quiet_px),
        ]
        if sheet.look.large or not asked.titled:
            tries.insert(1, (tall, most, least))
        for high, at_most, at_least in tries:
            setting = set_words(asked.words, fonts.BOLD, (wide, high), at_most, at_least)
            if setting.fits:
                break
        return Row(setting, max(least_high, setting.height_px), wide)


def _rank(sheet: Sheet, asked: Asked, plan: Plan) -> tuple[int, bool, bool, int]:
    """Return its pages, whether card or pictures are missing, and for who sits its height: less is better."""
    high = max(page.high for page in plan.pages)
    lowers = sheet.look.low and not asked.titled
    bare = not (plan.tier.headed or asked.titled)
    pale = plan.pages[0].form is Form.MIDDLE and any(icons_of(asked.question).values())
    return len(plan.pages), bare, pale, int(high / (LOWER_SHARE * sheet.height)) if lowers else 0


def _made(sheet: Sheet, pages: Sequence[Page], room: Box, wish: Wish) -> tuple[Arrangement, ...]:
    """Arrange every page, alike if there are several; nothing where one does not fit."""
    laid = _all_made(sheet, pages, room, wish)
    if len(laid) < len(pages) or len(pages) == 1:
        return laid
    form = max((page.form for page in laid), key=wish.forms.index)
    size = min(setting.size_px for page in laid for setting in page.settings.values())
    carded = all(page.cards for page in laid)
    alike = replace(wish, forms=(form,), most_px=size, carded=carded)
    return _all_made(sheet, pages, room, alike) or laid


def _lowest(
    sheet: Sheet, page: Page, wish: Wish, short: Box | None, found: tuple[Box, tuple[Arrangement, ...]]
) -> tuple[Box, tuple[Arrangement, ...]]:
    """Return about the lowest room for a page, and the page in it, between one too `short` and one found."""
    room = found[0]
    for _ in range(LOWER_TRIES if short else 0):
        tried = replace(room, height=(room.height + (short.height if short else 0.0)) / 2)
        if pages := _made(sheet, (page,), tried, wish):
            room, found = tried, (tried, pages)
        else:
            short = tried
    return found


def _all_made(sheet: Sheet, pages: Sequence[Page], room: Box, wish: Wish) -> tuple[Arrangement, ...]:
    """Arrange every page for itself; nothing where one does not fit."""
    laid = []
    for page in pages:
        made = arrange(sheet, room, page, wish)
        if made is None:
            return ()
        laid.append(made)
    return tuple(laid)
