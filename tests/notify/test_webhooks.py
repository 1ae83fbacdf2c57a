"""Webhooks: public events only, signed, tried again and given up, never to an address inside."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from pathlib import Path
from typing import Any

import pytest

import services.contracts.events
import services.registry.events
import services.tendering.events
from services.chassis.refusal import Refusal
from services.chassis.settings import SettingsError
from services.notify import settings, telling
from services.notify.post import hooks
from services.notify.post.queue import DeliveryFault
from services.notify.rules.backoff import DELAYS
from tests.notify.receivers import Partner
from tests.notify.story import Story, uid
from tests.notify.test_messages import deliveries, hurry

SECRET = "a secret of at least thirty-two characters"
CATALOGUES = {
    "contracts": services.contracts.events.CATALOGUE, "registry": services.registry.events.CATALOGUE,
    "tendering": services.tendering.events.CATALOGUE,
}  # fmt: skip


def test_a_webhook_is_signed_tried_again_and_sent_once(story: Story, channels: Path, partner: Partner) -> None:
    hook = story.call("register_webhook", by="program", url=partner.url, secret=SECRET, events=["notice_published"])
    assert "secret" not in hook
    story.plan()
    story.notice()
    partner.answers = [503]
    story.direct.tick("post_webhooks")
    assert deliveries(story, channel="webhook")[0]["last_fault"] == "answered 503"
    hurry(story)
    story.direct.tick("post_webhooks")
    story.direct.tick("post_webhooks")
    assert len(partner.taken) == 2
    headers, body = partner.taken[-1]
    told = dict(each.split("=", 1) for each in headers["Sunshine-Signature"].split(","))
    expected = hmac.new(SECRET.encode(), f"{told['t']}.".encode() + body, hashlib.sha256).hexdigest()
    assert told["v1"] == expected
    event = json.loads(body)
    assert event["event"] == "notice_published"
    assert event["id"] == headers["Sunshine-Event-Id"] == partner.taken[0][0]["Sunshine-Event-Id"]
    (done,) = deliveries(story, channel="webhook")
    assert (done["state"], done["tries"]) == ("sent", 2)


def test_the_department_signs_webhooks_with_its_own_key_too(story: Story, channels: Path, partner: Partner) -> None:
    story.call("register_webhook", by="program", url=partner.url)
    story.notice()
    story.direct.tick("post_webhooks")
    headers, body = partner.taken[0]
    at = headers["Sunshine-Signature"].removeprefix("t=")
    signature = base64.b64decode(headers["Sunshine-Signature-Ed25519"])
    story.direct.runtime.key.public_key().verify(signature, f"{at}.".encode() + body)


def test_private_events_never_reach_a_partner(story: Story, channels: Path, partner: Partner) -> None:
    with pytest.raises(Refusal, match="ranking_settled"):
        story.call("register_webhook", by="program", url=partner.url, events=["ranking_settled"])
    story.call("register_webhook", by="program", url=partner.url)
    story.whole()
    while story.direct.tick("post_webhooks"):
        pass
    sent = {json.loads(body)["event"] for _, body in partner.taken}
    assert sent == {
        "notice_published", "lot_closed", "opening_began", "price_read_out", "award_announced", "contract_signed",
        "contract_published", "contract_completed",
    }  # fmt: skip


def test_a_private_address_is_refused_at_the_moment_of_sending(
    story: Story, channels: Path, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.call("register_webhook", by="program", url=partner.url)
    monkeypatch.setenv("NOTIFY_WEBHOOK_NETWORKS", "")
    settings.current.cache_clear()
    story.notice()
    story.direct.tick("post_webhooks")
    assert partner.taken == []
    assert "127.0.0.1, which webhooks may not reach" in deliveries(story, channel="webhook")[0]["last_fault"]


def test_an_ended_webhook_gets_nothing_more(story: Story, channels: Path, partner: Partner) -> None:
    hook = story.call("register_webhook", by="program", url=partner.url)
    story.notice()
    story.call("end_webhook", by="program", webhook_id=hook["webhook_id"], reason="搬家")
    story.direct.tick("post_webhooks")
    assert partner.taken == []
    assert deliveries(story, channel="webhook")[0]["state"] == "given_up"
    with pytest.raises(Refusal, match="webhook_unknown"):
        story.call("end_webhook", by="program", webhook_id=uid("none"), reason="无")


def test_partners_are_sent_what_its_department_announces_to_everybody_and_nothing_else() -> None:
    sent = [each.partition(".") for each in telling.for_webhooks()]
    assert [(source, event) for source, _, event in sent if not CATALOGUES[source][event].public] == []


def test_a_partner_that_never_answers_is_given_up_after_two_days_on_record_and_may_be_tried_anew(
    story: Story, channels: Path, partner: Partner
) -> None:
    story.call("register_webhook", by="program", url=partner.url)
    story.notice()
    partner.answers = [500] * (len(DELAYS) + 1)
    for tried in range(1, len(DELAYS) + 2):
        hurry(story)
        story.direct.tick("post_webhooks")
        (state,) = deliveries(story, channel="webhook")
        assert (state["tries"], state["last_fault"]) == (tried, "answered 500")
        assert state["state"] == ("waiting" if tried <= len(DELAYS) else "given_up")
    hurry(story)
    story.direct.tick("post_webhooks")
    assert len(partner.taken) == len(DELAYS) + 1
    assert len({headers["Sunshine-Event-Id"] for headers, _ in partner.taken}) == 1
    assert story.call("try_again", by="admin", delivery_ids=[state["delivery_id"]])["queued"] == 1
    story.direct.tick("post_webhooks")
    assert [each["state"] for each in deliveries(story, channel="webhook")] == ["sent"]


def test_a_partner_that_is_gone_is_given_up_at_once(story: Story, channels: Path, partner: Partner) -> None:
    story.call("register_webhook", by="program", url=partner.url)
    story.notice()
    partner.answers = [410]
    story.direct.tick("post_webhooks")
    assert [(each["state"], each["tries"]) for each in deliveries(story, channel="webhook")] == [("given_up", 1)]


def test_a_redirect_is_not_followed(story: Story, channels: Path, partner: Partner) -> None:
    with Partner() as inside:
        partner.answers, partner.location = [302, 307, 308], inside.url
        story.call("register_webhook", by="program", url=partner.url)
        story.notice()
        for status in (302, 307, 308):
            hurry(story)
            story.direct.tick("post_webhooks")
            assert [each["last_fault"] for each in deliveries(story, channel="webhook")] == [f"answered {status}"]
        assert len(partner.taken) == 3
        assert inside.taken == []


class Names:
    """A resolver that answers as somebody's own name server might: another address each time it is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        self.asked = 0
        self.answers = list(answers)
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self)

    def __call__(self, host: str, port: int, *more: Any, **options: Any) -> Any:
        if host != "partner.example":
            return self._real(host, port, *more, **options)
        self.asked += 1
        found = self.answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]


@pytest.mark.parametrize("found", [["10.0.0.7"], ["1.1.1.1", "192.168.0.1"], ["169.254.169.254"], ["127.0.0.1"]])
def test_a_name_that_means_an_address_inside_is_refused(monkeypatch: pytest.MonkeyPatch, found: list[str]) -> None:
    Names(monkeypatch, found)
    with pytest.raises(DeliveryFault, match=f"{found[-1]}, which webhooks may not reach"):
        hooks.resolved("partner.example", 443, ())


def test_the_connection_goes_to_the_address_that_was_judged_whatever_the_name_means_by_then(
    story: Story, channels: Path, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = partner.url.split(":")[2].partition("/")[0]
    story.call("register_webhook", by="program", url=f"http://partner.example:{port}/hook")
    story.notice()
    names = Names(monkeypatch, ["127.0.0.1"], ["10.0.0.7"])  # 127/8 is allowed here, as an operator may
    story.direct.tick("post_webhooks")
    assert names.asked == 1
    ((headers, _),) = partner.taken
    assert headers["Host"] == f"partner.example:{port}"


def test_plain_http_has_no_place_in_production() -> None:
    with pytest.raises(SettingsError, match="NOTIFY_WEBHOOK_PLAIN"):
        settings.read({"NOTIFY_WEBHOOK_PLAIN": "yes", "SUNSHINE_PROFILE": "production"})
    with pytest.raises(SettingsError, match=r"'10\.0\.0\.0/99' is not a network"):
        settings.read({"NOTIFY_WEBHOOK_NETWORKS": "10.0.0.0/99"})
    assert settings.read({}).webhook_networks == ()
