"""Each department keeps to its own names on the broker; tried on the real thing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import amqp
import pytest
from amqp.exceptions import AccessRefused

from deploy.broker import Broker, speaks_amqp
from deploy.broker_rights import password_hash

Act = Callable[[amqp.Channel], object]


@contextmanager
def channel(broker: Broker, user: str, vhost: str) -> Iterator[amqp.Channel]:
    connection = amqp.Connection(
        f"127.0.0.1:{broker.ports.amqp}", userid=user, password=broker.passwords[user], virtual_host=vhost
    )
    connection.connect()
    try:
        yield connection.channel()
    finally:
        connection.collect()


def queue(name: str) -> Act:
    return lambda channel: channel.queue_declare(name, durable=True, auto_delete=False)


def exchange(name: str) -> Act:
    return lambda channel: channel.exchange_declare(name, "topic", durable=True, auto_delete=False)


def publish(name: str, key: str) -> Act:
    return lambda channel: channel.basic_publish_confirm(amqp.Message("x"), exchange=name, routing_key=key)


def hear(own: str, source: str, key: str) -> Act:
    def act(channel: amqp.Channel) -> None:
        channel.queue_declare(own, durable=True, auto_delete=False)
        channel.queue_bind(own, source, key)

    return act


def take_direct_replies(channel: amqp.Channel) -> None:
    channel.basic_consume("amq.rabbitmq.reply-to", no_ack=True)


ALLOWED = {
    "calls to itself": ("registry", hear("rpc-registry", "nameko-rpc", "registry.*")),
    "its own events": ("registry", publish("registry.events", "supplier_admitted")),
    "its waiting queues": ("registry", queue("registry.wait.30")),
    "its dead letters": ("registry", queue("registry.dead")),
    "an exchange of its own": ("registry", exchange("registry.unrouted")),
    "hearing another": ("registry", hear("registry.hears.evaluation", "evaluation.events", "ranking_settled")),
    "calling another": ("registry", publish("nameko-rpc", "evaluation.expert_pool")),
    "a direct reply": ("registry", publish("", "amq.rabbitmq.reply-to.x")),
    "direct replies to it": ("registry", take_direct_replies),
    "the gateway calls": ("gateway", publish("nameko-rpc", "registry.organisation")),
    "the gateway hears": ("gateway", hear("gateway.board.1", "tendering.events", "#")),
    "a partner's replies": (
        "partner",
        hear("rpc.reply-x-1", "nameko-rpc", "0e4d3a66-4f1c-4f0e-9a3c-1c2b3a4d5e6f"),
    ),
    "a partner's stock declaration": ("partner", exchange("nameko-rpc")),
}

REFUSED = {
    "another's calls": ("registry", queue("rpc-notify")),
    "calls to another on its own queue": ("registry", hear("registry.ear", "nameko-rpc", "notify.*")),
    "all calls": ("registry", hear("registry.ear", "nameko-rpc", "#")),
    "replies to others": ("registry", hear("registry.ear", "nameko-rpc", "*")),
    "another's events": ("registry", publish("tendering.events", "bids_opened")),
    "another's queue": ("registry", queue("notify.hears.registry")),
    "a name that only begins alike": ("registry", queue("registryx")),
    "another's exchange": ("registry", exchange("notify.events")),
    "the exchange of calls": ("registry", lambda c: c.exchange_delete("nameko-rpc")),
    "reading another's dead letters": ("registry", lambda c: c.basic_get("notify.dead")),
    "the gateway taking calls": ("gateway", queue("rpc-registry")),
    "the gateway listening to calls": ("gateway", hear("gateway.ear", "nameko-rpc", "#")),
    "the gateway announcing": ("gateway", publish("registry.events", "supplier_barred")),
    "a partner announcing": ("partner", publish("registry.events", "supplier_barred")),
    "a partner listening to calls": ("partner", hear("rpc.reply-x-2", "nameko-rpc", "registry.*")),
    "a partner hearing events": ("partner", hear("rpc.reply-x-3", "registry.events", "#")),
}


@pytest.fixture(scope="module")
def shared_vhost(broker: Broker) -> str:
    return "sunshine"


@pytest.mark.parametrize("case", ALLOWED)
def test_a_user_may_do_what_its_work_needs(broker: Broker, shared_vhost: str, case: str) -> None:
    user, act = ALLOWED[case]
    with channel(broker, user, shared_vhost) as open_channel:
        act(open_channel)
        open_channel.close()


@pytest.mark.parametrize("case", REFUSED)
def test_a_user_is_refused_what_belongs_to_others(broker: Broker, shared_vhost: str, case: str) -> None:
    user, act = REFUSED[case]
    with channel(broker, user, shared_vhost) as open_channel, pytest.raises(AccessRefused):
        act(open_channel)


def test_the_user_everybody_knows_does_not_exist(broker: Broker) -> None:
    connection = amqp.Connection(f"127.0.0.1:{broker.ports.amqp}", userid="guest", password="guest")
    with pytest.raises(AccessRefused):
        connection.connect()
    connection.collect()


def test_nobody_can_claim_another_departments_name_on_a_message(broker: Broker, vhost: str) -> None:
    with channel(broker, "registry", vhost) as open_channel:
        own = amqp.Message("x", user_id="registry")
        open_channel.basic_publish_confirm(own, exchange="registry.events", routing_key="supplier_barred")
        claimed = amqp.Message("x", user_id="evaluation")
        with pytest.raises(amqp.exceptions.PreconditionFailed):
            open_channel.basic_publish_confirm(claimed, exchange="registry.events", routing_key="supplier_barred")


def test_virtual_hosts_of_two_tests_know_nothing_of_each_other(broker: Broker, vhost: str) -> None:
    with channel(broker, "registry", vhost) as open_channel:
        open_channel.queue_declare("registry.only-here", durable=True, auto_delete=False)
    with channel(broker, "registry", "sunshine") as elsewhere, pytest.raises(amqp.exceptions.NotFound):
        elsewhere.queue_declare("registry.only-here", passive=True)


def test_the_password_hash_is_the_one_rabbitmq_documents() -> None:
    """RabbitMQ's guide to password hashing: "test12" with the salt 908DC60A."""
    assert password_hash("test12", bytes.fromhex("908DC60A")) == "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"


def test_a_port_where_nobody_speaks_amqp_is_not_ready(broker: Broker) -> None:
    assert speaks_amqp(broker.ports.amqp)
    assert not speaks_amqp(broker.ports.epmd)
