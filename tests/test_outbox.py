"""The outbox: each letter once, every outcome true, whatever happens on the way."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

from data.model.deliveries import Delivery
from data.model.outbox import Audience, Fate, Mailing, Outcome, Urgency, Window
from data.model.subscriptions import Address, Preferences, Subscription
from data.store import Store, StoreError, fanning, retention
from data.store import mailings as sql_mailings
from data.store.ports import Subscriber
from data.store.post import Claim, LostLeadError
from handlers import dispatch, outbox
from tests.postoffice import DAY, NOW, Office, office, until

HOLD = dt.timedelta(seconds=1.5)


@pytest.fixture
async def post(address: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    monkeypatch.setattr(dispatch, "SPACING", 0.0)
    async with office(address) as opened:
        yield opened


async def is_paused(post: Office) -> bool:
    return bool((await post.store.outbox.door()).paused)


async def is_flooded(post: Office) -> bool:
    return (await post.store.outbox.door()).flood_until is not None


async def calls_reach(post: Office, many: int) -> bool:
    return len(post.telegram.bodies) >= many


async def test_everybody_gets_it_once_in_their_language(post: Office) -> None:
    await post.people(range(1, 300))
    await post.people([301], "ru")
    await post.announce("hello")
    assert await post.send() == {"sent": 300}
    assert post.telegram.got == dict.fromkeys([*range(1, 300), 301], 1)
    texts = {body["chat_id"]: body["text"] for body in post.telegram.bodies}
    assert (texts["5"], texts["301"]) == ("hello en", "hello ru")


async def test_planning_again_tells_nobody_twice(post: Office) -> None:
    await post.people(range(1, 10))
    number = await post.announce("hello")
    await post.send()
    assert await post.announce("hello") == number
    await post.store.mailings.set_state(number, "open", "done")
    await post.store.mailings.fan_out(post.now)
    await post.send()
    assert set(post.telegram.got.values()) == {1}


async def test_every_answer_ends_in_its_status(post: Office) -> None:
    await post.people(range(1, 8))
    answers = post.telegram.answers
    answers[1].append(Delivery("gone", error="blocked"))
    answers[2].append(Delivery("refused", error="no"))
    answers[3].append(Delivery("unknown", error="cut"))
    post.telegram.loses.add(4)
    number = await post.announce("hello")
    assert await post.send() == {"sent": 3, "failed": 2, "uncertain": 2}
    assert [each async for each in post.store.mailings.letters(number)][:5] == [
        Fate(Address(1), "failed", error="blocked"),
        Fate(Address(2), "failed", error="no"),
        Fate(Address(3), "uncertain", error="cut"),
        Fate(Address(4), "uncertain", error="no answer"),
        Fate(Address(5), "sent", 1),
    ]
    await post.announce("again")
    await post.send()
    assert (post.telegram.got[1], post.telegram.got[2]) == (0, 1)


async def test_a_flood_holds_up_only_its_chat(post: Office) -> None:
    await post.people(range(1, 100))
    post.telegram.answers[1].append(Delivery("flood", retry_after=30))
    await post.announce("hello")
    assert await post.send() == {"sent": 98, "pending": 1}
    post.now += dt.timedelta(seconds=31)
    assert await post.send() == {"sent": 99}


async def test_who_says_stop_meanwhile_does_not_get_what_comes_back(post: Office) -> None:
    await post.people(range(1, 4))
    post.telegram.answers[2].append(Delivery("flood", retry_after=30))

    async def stop(chat: int) -> None:
        if chat == 2:
            await post.store.subscriptions.stop(Address(2), post.now)

    post.telegram.before = stop
    await post.announce("hello")
    await post.send()
    post.now += dt.timedelta(seconds=31)
    assert await post.send() == {"sent": 2, "expired": 1}
    assert post.telegram.got[2] == 0


async def test_what_comes_back_to_a_mailing_that_was_called_off_does_not_wait(
    post: Office,
) -> None:
    await post.people(range(1, 3))
    post.telegram.answers[1].append(Delivery("flood", retry_after=30))
    number = await post.announce("hello")

    async def call_off(chat: int) -> None:
        if chat == 1:
            assert await post.store.mailings.set_state(number, "cancelled", "open")

    post.telegram.before = call_off
    counts = await post.send()
    assert counts["cancelled"] >= 1
    assert "pending" not in counts
    assert post.telegram.got[1] == 0


async def test_many_floods_hold_up_all_processes(post: Office) -> None:
    await post.people(range(1, 9))
    for chat in range(1, 9):
        post.telegram.answers[chat].append(Delivery("flood", retry_after=30))
    await post.announce("hello")
    async with post.sending(), asyncio.timeout(5):
        await until(partial(is_flooded, post))
    assert await post.counts() == {"pending": 8}
    door = await post.store.outbox.door()
    assert door.flood_until is not None
    assert door.flood_until > post.now + dt.timedelta(seconds=29)
    await post.store.outbox.resume()
    assert (await post.store.outbox.door()).flood_until is None


async def test_a_group_that_moved_gets_it_at_its_new_number(post: Office) -> None:
    await post.people([-5])
    post.telegram.answers[-5].append(Delivery("moved", moved_to=-1005))
    await post.announce("hello")
    assert await post.send() == {"sent": 1}
    assert post.telegram.got == {-1005: 1}
    assert (await post.store.chats.everything(-1005))["type"] == "supergroup"
    assert await post.store.chats.everything(-5) == {}


async def test_what_did_not_leave_is_tried_again(
    post: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "BACK_OFF", (0.01,))
    await post.people([1])
    post.telegram.answers[1].append(Delivery("not_sent", error="refused"))
    await post.announce("hello")
    assert await post.send() == {"pending": 1}
    post.now += dt.timedelta(seconds=1)
    assert await post.send() == {"sent": 1}


async def test_what_telegram_fails_at_is_tried_again_and_has_failed_in_the_end(
    post: Office,
) -> None:
    await post.people(range(1, 50))
    broken = Delivery("broken", error="Bad Gateway")
    post.telegram.answers[1] += [broken] * 2
    post.telegram.answers[2] += [broken] * 99
    await post.announce("hello")
    assert await post.send() == {"sent": 47, "pending": 2}
    for _ in dispatch.AGAIN:
        post.now += dt.timedelta(seconds=dispatch.AGAIN[-1])
        counts = await post.send()
    assert counts == {"sent": 48, "failed": 1}
    assert len(post.telegram.answers[2]) == 99 - len(dispatch.AGAIN) - 1
    assert post.telegram.got[1] == 1


async def test_while_telegram_fails_at_everything_no_letter_is_given_up(
    post: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "BACK_OFF", (0.001,))
    await post.people(range(1, 9))
    for chat in range(1, 9):
        post.telegram.answers[chat] += [Delivery("broken", error="Bad Gateway")] * 20
    await post.announce("hello")

    async def all_sent() -> bool:
        post.now += dt.timedelta(seconds=1)
        return await post.counts() == {"sent": 8}

    async with post.sending(), asyncio.timeout(10):
        await until(all_sent)


async def test_words_that_telegram_cannot_read_stop_their_mailing(post: Office) -> None:
    post.rate = 1000
    await post.people(range(1, 500))
    for chat in range(1, 500):
        post.telegram.answers[chat].append(Delivery("unreadable", error="can't parse entities"))
    number = await post.announce("broken")
    counts = await post.send()
    assert counts == {"failed": 1, "pending": 498}
    report = await post.store.mailings.report(number)
    assert report is not None
    assert (report.state, report.error) == ("stopped", "can't parse entities")
    post.telegram.answers.clear()
    await post.announce("fine")
    assert (await post.send())["sent"] == 499


async def test_a_token_that_is_refused_stops_everything_and_loses_nothing(post: Office) -> None:
    await post.people(range(1, 200))
    post.telegram.answers[1].append(Delivery("locked_out", error="Not Found"))
    await post.announce("hello")
    async with post.sending(), asyncio.timeout(5):
        await until(partial(is_paused, post))
    counts = await post.counts()
    assert counts["pending"] + counts.get("sent", 0) == 199
    assert (await post.store.outbox.door()).paused == "Telegram does not let the bot in: Not Found"
    await post.store.outbox.resume()
    assert await post.send() == {"sent": 199}
    assert set(post.telegram.got.values()) == {1}


async def test_words_that_fail_or_have_nothing_to_tell_hold_up_no_others(post: Office) -> None:
    await post.people([1, 2])
    await post.announce("bad", fails=True)
    await post.announce("over", over=True)
    await post.announce("good")
    counts = await post.send()
    assert counts["cancelled"] == 2
    assert post.telegram.got == {1: 1, 2: 1}


async def test_recipients_are_looked_at_again_when_it_leaves(post: Office) -> None:
    await post.people([1, 2, 3, 4])
    await post.announce("hello")
    chats = post.store.chats
    await chats.set_active(1, active=False, now=NOW)
    await post.store.subscriptions.stop(Address(2), NOW)
    await chats.forget(3)
    assert await post.send() == {"sent": 1, "cancelled": 2}
    assert post.telegram.got == {4: 1}


async def test_who_wants_no_announcements_gets_none(post: Office) -> None:
    await post.people([1])
    await post.announce("hello")
    await post.store.chats.set_preferences(1, Preferences(announcements=False), NOW)
    assert await post.send() == {"cancelled": 1}


async def test_quiet_hours_are_waited_for_unless_it_would_be_too_late(post: Office) -> None:
    await post.people([1])
    wishes = Preferences(zone="UTC", quiet=(7, 11), announcements=True)
    await post.store.chats.set_preferences(1, wishes, NOW)
    await post.announce("hello")
    assert await post.send() == {"pending": 1}
    soon = Mailing("soon", "test", "soon", Urgency.SOON)
    await post.store.mailings.put(soon, Address(1), Window(NOW, NOW + dt.timedelta(hours=1)))
    assert await post.send() == {"pending": 1, "sent": 1}
    assert post.telegram.bodies[-1]["disable_notification"] == "true"
    post.now += dt.timedelta(hours=3)
    assert await post.send() == {"sent": 2}
    assert "disable_notification" not in post.telegram.bodies[-1]


async def test_what_is_too_late_expires(post: Office) -> None:
    await post.people([1])
    await post.announce("hello")
    post.now += DAY
    assert await post.send() == {"expired": 1}
    assert not post.telegram.got


async def test_the_urgent_leaves_first(post: Office) -> None:
    post.rate = 30
    await post.people(range(1, 20))
    await post.announce("hello")
    soon = Mailing("soon", "test", "soon", Urgency.SOON)
    await post.store.mailings.put(soon, Address(19), Window(NOW, NOW + DAY))
    await post.send()
    assert post.telegram.bodies[0]["text"] == "soon en"


async def test_a_letter_of_a_thread_stays_in_it(post: Office) -> None:
    who = Subscriber(Address(-1007, 3), "supergroup", "az")
    await post.store.subscriptions.follow(who, Subscription("all"), NOW)
    mailing = Mailing("change", "test", "change", Urgency.CHANGE)
    await post.store.mailings.plan(mailing, Audience(topics=("all",)), Window(NOW, NOW + DAY))
    await post.store.mailings.fan_out(NOW)
    assert await post.send() == {"sent": 1}
    (body,) = post.telegram.bodies
    assert (body["chat_id"], body["message_thread_id"]) == ("-1007", "3")


async def test_a_mailing_can_be_paused_reopened_and_cancelled(post: Office) -> None:
    await post.people([1, 2])
    number = await post.announce("hello")
    await post.store.mailings.set_state(number, "paused", "open")
    assert await post.send() == {"pending": 2}
    await post.store.mailings.set_state(number, "open", "paused")
    await post.store.mailings.fan_out(post.now)
    assert await post.send() == {"sent": 2}
    other = await post.announce("other")
    await post.store.mailings.set_state(other, "cancelled", "open")
    assert await post.send() == {"sent": 2, "cancelled": 2}
    await post.store.mailings.close_finished()
    assert [report.state for report in await post.store.mailings.reports()] == []


async def test_paused_means_that_nothing_leaves(post: Office) -> None:
    await post.people([1])
    await post.announce("hello")
    await post.store.outbox.pause("a test")
    async with post.sending() as leader:
        await leader.leading.wait()
        await asyncio.sleep(0.05)
    assert await post.counts() == {"pending": 1}
    await post.store.outbox.resume()
    assert await post.send() == {"sent": 1}


async def test_one_letter_can_be_put_again_after_it_has_left(post: Office) -> None:
    await post.people([1])
    snooze = Mailing("snooze x", "test", "x", Urgency.SOON)
    for _ in range(2):
        await post.store.mailings.put(snooze, Address(1), Window(post.now, post.now + DAY))
        assert await post.send() == {"sent": 1}
        await post.store.mailings.close_finished()
    assert post.telegram.got == {1: 2}


async def test_a_crash_leaves_in_doubt_only_what_was_on_its_way(post: Office) -> None:
    await post.people(range(1, 100))
    await post.announce("hello")
    taken = post.store.outbox
    epoch = await taken.lead("dies", dt.timedelta())
    assert epoch is not None
    claim = Claim(epoch, NOW, dt.timedelta(), 10, lambda _: None)
    letters = await taken.turn(claim, [])
    done = [Outcome(each, "sent", message_id=1) for each in letters[:4]]
    await taken.turn(Claim(epoch, NOW, dt.timedelta(), 0, lambda _: None), done)
    await asyncio.sleep(0.005)  # the hold is over by the database's clock
    assert await post.send() == {"sent": 93, "uncertain": 6}
    assert len(post.telegram.got) == 89
    assert await taken.resend_uncertain(NOW) == 6
    assert await post.send() == {"sent": 99}


async def test_who_has_lost_the_door_sends_nothing_more_but_tells_the_truth(post: Office) -> None:
    await post.people(range(1, 21))
    await post.announce("hello")
    store = post.store.outbox
    old = await store.lead("old", dt.timedelta())
    assert old is not None
    letters = await store.turn(Claim(old, NOW, dt.timedelta(), 5, lambda _: None), [])
    await asyncio.sleep(0.005)
    assert await store.lead("new", HOLD) == old + 1
    assert await post.counts() == {"pending": 15, "uncertain": 5}
    outcomes = [Outcome(each, "sent", message_id=9) for each in letters]
    with pytest.raises(LostLeadError):
        await store.turn(Claim(old, NOW, HOLD, 5, lambda _: None), outcomes)
    assert await post.counts() == {"pending": 15, "sent": 5}


async def test_who_stands_by_writes_nothing(
    post: Office, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def written(*_: object, **__: object) -> None:
        raise AssertionError

    async with Store(address) as other:
        epoch = await post.store.outbox.lead("one", HOLD)
        assert epoch is not None
        with monkeypatch.context() as patch:
            patch.setattr(other._database, "transaction", written)
            assert await other.outbox.lead("other", HOLD) is None
        await post.store.outbox.retire(epoch)
        assert await other.outbox.lead("other", HOLD) == epoch + 1


async def test_two_processes_on_one_database_send_every_message_once(
    post: Office, address: str
) -> None:
    await post.people(range(1, 400))
    await post.announce("hello")
    async with Store(address) as other, asyncio.timeout(20):
        async with post.sending(other) as second:
            await second.leading.wait()
            async with post.sending() as first:
                await until(partial(calls_reach, post, 200))
                assert not first.leading.is_set()
        assert await post.send() == {"sent": 399}
    assert set(post.telegram.got.values()) == {1}


async def test_stopping_finishes_what_is_under_way_and_keeps_the_rest(post: Office) -> None:
    post.rate = 200
    await post.people(range(1, 200))
    await post.announce("hello")

    async def slowly(_chat: int) -> None:
        await asyncio.sleep(0.05)

    post.telegram.before = slowly
    async with post.sending(), asyncio.timeout(5):
        await until(partial(calls_reach, post, 10))
    counts = await post.counts()
    assert counts["sent"] == sum(post.telegram.got.values()) >= 10
    assert counts["sent"] + counts["pending"] == 199


async def test_who_got_what_is_forgotten_after_a_while_and_how_many_is_not(
    post: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_PAGE", retention._PAGE.limit(40))
    mailings = post.store.mailings
    await post.people(range(1, 100))
    post.telegram.answers[1].append(Delivery("refused", error="no"))
    old = await post.announce("old")
    await post.send()
    post.now += 2 * DAY
    new, waiting = await post.announce("new"), await post.announce("waiting")
    await mailings.set_state(waiting, "paused", "open")
    await post.send()
    await mailings.close_finished()
    expired = NOW + DAY
    assert await mailings.prune(expired - dt.timedelta(seconds=1)) == 0
    assert await mailings.prune(expired) == 99
    assert await mailings.prune(expired) == 0
    assert [each async for each in mailings.letters(old)] == []
    report = await mailings.report(old)
    assert report is not None
    assert (report.pruned, report.state) == (True, "done")
    assert (report.counts["sent"], report.counts["failed"]) == (98, 1)
    assert len([each async for each in mailings.letters(new)]) == 99
    assert await mailings.prune(post.now + 9 * DAY) == 99
    report = await mailings.report(waiting)
    assert report is not None
    assert report.counts["pending"] == 99


async def test_what_is_told_again_after_that_is_added_up(post: Office) -> None:
    await post.people([1])
    snooze = Mailing("snooze x", "test", "x", Urgency.SOON)
    for _ in range(2):
        await post.store.mailings.put(snooze, Address(1), Window(post.now, post.now + DAY))
        await post.send()
        await post.store.mailings.close_finished()
        post.now += 2 * DAY
        assert await post.store.mailings.prune(post.now) == 1
    report = await post.store.mailings.report(1)
    assert report is not None
    assert report.counts["sent"] == 2


async def test_a_store_that_fails_for_a_moment_loses_no_outcome(
    post: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "TROUBLE", 0.01)
    await post.people(range(1, 50))
    await post.announce("hello")
    turn, failures = post.store.outbox.turn, iter([False, True, True])

    async def sometimes(claim: Claim, outcomes: list[Outcome]) -> object:
        if next(failures, False):
            raise StoreError("locked")
        return await turn(claim, outcomes)

    monkeypatch.setattr(post.store.outbox, "turn", sometimes)
    assert await post.send() == {"sent": 49}
    assert set(post.telegram.got.values()) == {1}


async def test_who_lost_the_door_with_a_first_letter_under_way_sends_when_it_leads_again(
    post: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.people(range(1, 5))
    await post.announce("hello")
    turn = post.store.outbox.turn

    async def lost_once(claim: Claim, outcomes: list[Outcome]) -> object:
        if not post.telegram.bodies:
            return await turn(claim, outcomes)
        monkeypatch.setattr(post.store.outbox, "turn", turn)
        await post.store.outbox.retire(claim.epoch)
        raise LostLeadError

    async def slowly(_chat: int) -> None:
        await asyncio.sleep(0.05)

    post.telegram.before = slowly
    monkeypatch.setattr(post.store.outbox, "turn", lost_once)
    async with post.sending(), asyncio.timeout(5):
        await until(partial(calls_reach, post, 4))
    assert (await post.counts())["sent"] == 4


async def test_a_stop_while_the_store_fails_ends_and_loses_no_outcome(
    post: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.people(range(1, 50))
    await post.announce("hello")
    turn, stopped = post.store.outbox.turn, asyncio.Event()

    async def until_it_stops(claim: Claim, outcomes: list[Outcome]) -> object:
        if not any(each.status == "sent" for each in outcomes):
            return await turn(claim, outcomes)
        stopped.set()
        await asyncio.sleep(0.05)
        monkeypatch.setattr(post.store.outbox, "turn", turn)
        raise StoreError("gone")

    monkeypatch.setattr(post.store.outbox, "turn", until_it_stops)
    async with asyncio.timeout(5), post.sending():
        await stopped.wait()
    counts = await post.counts()
    assert counts["sent"] == sum(post.telegram.got.values()) >= 1
    assert counts["sent"] + counts["pending"] == 49


async def test_a_stop_while_the_others_are_told_of_a_flood_loses_no_outcome(
    post: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.people(range(1, 9))
    for chat in range(1, 9):
        post.telegram.answers[chat].append(Delivery("flood", retry_after=30))
    await post.announce("hello")
    told = asyncio.Event()

    async def slow(_until: dt.datetime) -> None:
        told.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(post.store.outbox, "flood", slow)
    async with asyncio.timeout(5), post.sending():
        await told.wait()
    assert await post.counts() == {"pending": 8}


async def test_a_mailing_that_is_closed_meanwhile_keeps_no_letter_back(post: Office) -> None:
    mailings, alarms = post.store.mailings, post.store.alarms
    await post.people([1])
    await post.store.subscriptions.follow(
        Subscriber(Address(1), "private"), Subscription("lachin"), post.now
    )
    window = Window(post.now, post.now + DAY)
    snooze = Mailing("snooze x", "test", "x", Urgency.SOON)
    await asyncio.gather(mailings.put(snooze, Address(1), window), mailings.close_finished())
    assert await post.send() == {"sent": 1}
    reminder = Mailing("reminder x", "test", "x", Urgency.REMINDER)
    (alarm,) = await alarms.due(post.now)
    await asyncio.gather(alarms.fan_out(alarm, reminder, window), mailings.close_finished())
    assert await post.send() == {"sent": 2}


async def test_what_is_called_off_while_it_is_written_down_has_no_letter_that_waits(
    post: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailings = post.store.mailings
    await post.people(range(1, 4))
    mailing = Mailing("x", "test", "x", Urgency.ANNOUNCEMENT)
    number = await mailings.plan(mailing, Audience(), Window(post.now, post.now + DAY))

    async def fan_out_late(*given: Any) -> int:
        assert await mailings.set_state(number, "cancelled", "planned")
        return await fanning.fan_out(*given)

    monkeypatch.setattr(sql_mailings, "fan_out", fan_out_late)
    assert await mailings.fan_out(post.now) == 3
    assert await post.send() == {"cancelled": 3}
